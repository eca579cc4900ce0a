/** A rule of the code. `breaches` lists the violations, one line each; `advice` says where such a line belongs. */
export type Rule = { guarantee: string; advice: string; breaches: () => readonly string[] };

/**
 * Violations beyond the allowed ones, and allowed ones that no longer occur: a list of exceptions shrinks, and nothing
 * that has been fixed comes back.
 */
export function beyond(found: readonly string[], allowed: readonly string[]): string[] {
  return [
    ...found.filter((one) => !allowed.includes(one)),
    ...allowed
      .filter((one) => !found.includes(one))
      .map((one) => `${one} is not needed any more: take it off the list`),
  ];
}
