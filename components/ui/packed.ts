/**
 * Many small values for a client component as one. What a page hands to a client component is visited value by value, once to send
 * it and once to receive it; a list of rows is thousands of them, and as one string it is one. JSON only: no Date, no Infinity.
 */
export type Packed<T> = string & { readonly packed?: T };

export const pack = <T>(value: T): Packed<T> => JSON.stringify(value);

export const unpack = <T>(packed: Packed<T>): T => JSON.parse(packed) as T;
