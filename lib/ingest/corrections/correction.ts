/** Two user ids as the customer sends them. */
export type UserIdPair = readonly [string, string];

/** A member's or a customer's server's statement that ids belong together or apart. Each has an exact opposite. */
export type Correction =
  | { kind: "alias"; pairs: readonly UserIdPair[] }
  | { kind: "unalias"; pairs: readonly UserIdPair[] }
  | { kind: "detach"; anonymousId: string; userIds: readonly string[] }
  | { kind: "attach"; anonymousId: string; userIds: readonly string[] };

const OPPOSITE = { alias: "unalias", unalias: "alias", detach: "attach", attach: "detach" } as const;

/** The correction that undoes another. */
export const oppositeCorrection = (correction: Correction): Correction =>
  ({ ...correction, kind: OPPOSITE[correction.kind] }) as Correction;
