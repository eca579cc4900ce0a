/**
 * Packs many small values for a client component into one string. React visits the props of a client component value by
 * value, on both sides; a list of rows is thousands of values, but one string. JSON only: no Date, no Infinity.
 */
export type Packed<T> = string & { readonly packed?: T };

export const pack = <T>(value: T): Packed<T> => JSON.stringify(value);

export const unpack = <T>(packed: Packed<T>): T => JSON.parse(packed) as T;
