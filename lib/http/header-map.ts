/** Headers as Node gives them: names lower-cased, repeated ones joined or listed. */
export type HeaderMap = { readonly [name: string]: string | string[] | undefined };

/** A header that was sent once; null for one that is missing or repeated. */
export const singleHeader = (value: string | string[] | undefined): string | null =>
  typeof value === "string" ? value : null;
