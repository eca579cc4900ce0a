/** The longest id that ingest takes, in UTF-16 units. */
export const MAX_ID_CHARS = 255;

/** What would be read as another page of the list, or as a step up. */
const TAKEN = new Set(["rows", "export", ".", ".."]);

/** An account's id as a part of an address, not encoded yet; read by idInAddress. */
export const addressOf = (id: string): string => (TAKEN.has(id) || id.startsWith("=") ? `=${id}` : id);

/** The id in a decoded part of an address, as ingest keeps ids: trimmed, in one Unicode form; null for none. */
export function idInAddress(segment: string): string | null {
  const id = segment.replace(/^=/, "").normalize("NFC").trim();
  return id === "" || id.length > MAX_ID_CHARS || id.includes("\0") ? null : id;
}
