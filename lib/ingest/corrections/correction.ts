/** Two user ids as the customer gives them. */
export type Pair = readonly [string, string];

/** What a member or the customer's server says about who is who. Each has an exact opposite that undoes it. */
export type Correction =
  | { kind: "alias"; pairs: readonly Pair[] }
  | { kind: "unalias"; pairs: readonly Pair[] }
  | { kind: "detach"; anonymousId: string; userIds: readonly string[] }
  | { kind: "attach"; anonymousId: string; userIds: readonly string[] };

const OPPOSITE = { alias: "unalias", unalias: "alias", detach: "attach", attach: "detach" } as const;

/** The correction that undoes another. */
export const opposite = (correction: Correction): Correction =>
  ({ ...correction, kind: OPPOSITE[correction.kind] }) as Correction;
