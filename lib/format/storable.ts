/**
 * What a text in Postgres cannot hold: NUL, and lone surrogates, which UTF-8 cannot encode. Input contains them only by
 * mistake or malice.
 */
const NUL_OR_HALF = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const isStorable = (text: string): boolean => text.search(NUL_OR_HALF) === -1;

export const storable = (text: string): string => (isStorable(text) ? text : text.replace(NUL_OR_HALF, ""));

/**
 * The dotted path of the first text in a value that is not storable ("userIds.3"; "" for the value itself), or null.
 */
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

/** The range of times that both Date and timestamptz write with four-digit years: 0001-01-01 to 9999-12-31. */
export const EARLIEST_MS = -62_135_596_800_000;
export const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
