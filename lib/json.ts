/** JSON as it arrives, cleaned: no NUL characters, no lone surrogates, no `__proto__` keys. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
