/**
 * Text that Postgres can hold: without NUL, which its text type does not allow, and without lone surrogates, which are
 * not UTF-8. Input contains them only by mistake or malice.
 */
const NUL_OR_HALF = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const isStorable = (text: string): boolean => text.search(NUL_OR_HALF) === -1;

export const storable = (text: string): string => (isStorable(text) ? text : text.replace(NUL_OR_HALF, ""));

/** The path to the first such text in a value, in dots ("userIds.3"; "" for the value itself); null for none. */
export function unstorableAt(value: unknown, here = ""): string | null {
  if (typeof value === "string") return isStorable(value) ? null : here;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const place = here === "" ? key : `${here}.${key}`;
    if (!isStorable(key)) return here;
    const found = unstorableAt(inner, place);
    if (found !== null) return found;
  }
  return null;
}

/** The times both Date and timestamptz can write in four-digit years: 0001-01-01 to 9999-12-31. */
export const EARLIEST_MS = -62_135_596_800_000;
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
