/** What the code keeps to. `breaches` says who does not, one line each; `advice` tells where such a line belongs. */
export type Rule = { guarantee: string; advice: string; breaches: () => readonly string[] };

/**
 * What was found beyond what is allowed, and what is allowed without being needed any more: a list of exceptions shrinks, and
 * nothing comes back that has gone.
 */
export function beyond(found: readonly string[], allowed: readonly string[]): string[] {
  return [
    ...found.filter((one) => !allowed.includes(one)),
    ...allowed
      .filter((one) => !found.includes(one))
      .map((one) => `${one} is not needed any more: take it off the list`),
  ];
}
