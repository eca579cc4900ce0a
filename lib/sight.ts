declare const brand: unique symbol;

/** What of people's identities a reader sees. Carried by `Scope`; `reading` (lib/db/reading.ts) applies it. */
export type Sight = { readonly masked: boolean; readonly [brand]: true };

const sight = (masked: boolean): Sight => Object.freeze({ masked }) as Sight;

export const SEES_ALL = sight(false);
/** No names, e-mail addresses, user ids that are addresses, and properties that the project calls personal. */
export const SEES_MASKED = sight(true);
