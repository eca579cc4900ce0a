import { isShortId } from "@/lib/format/id-length";

/** Path segments that already mean another page, or the parent. */
const RESERVED = new Set(["rows", "export", ".", ".."]);

/** An account's id as a segment of a URL, not yet encoded; accountIdFromUrl reads it. */
export const accountIdToUrl = (id: string): string => (RESERVED.has(id) || id.startsWith("=") ? `=${id}` : id);

/**
 * The id in a decoded segment of a URL, normalised as ingest does: trimmed, in one Unicode form; null if there is none.
 */
export function accountIdFromUrl(segment: string): string | null {
  const id = segment.replace(/^=/, "").normalize("NFC").trim();
  return id === "" || !isShortId(id) || id.includes("\0") ? null : id;
}
