/** Headers as Node gives them: names lower-cased, repeated ones joined or listed. */
export type HeaderMap = { readonly [name: string]: string | string[] | undefined };
