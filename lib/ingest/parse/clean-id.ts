import { ID_MAX_LENGTH, isShortId } from "@/lib/format/id-length";
import { cleanText, cutText } from "@/lib/ingest/parse/clean";

/** What code and SDKs send when they have no id, in lower case. Changing the list does not affect stored data. */
const BLOCKED = new Set(
  "null none nil undefined nan true false anonymous guest unknown user id email distinct_id distinctid device_id deviceid profileid userid not_authenticated n/a void -1 $posthog_cookieless"
    .split(" ")
    .concat("[object object]"),
);

/** A nil UUID, zeros, dashes; an unfilled template. */
const ZEROS = /^[0-]+$/;
const TEMPLATE = /^(?:\{\{.*\}\}|\$\{.*\})$/s;

const NON_ASCII = /[^\x20-\x7e]/;
const QUOTES = new Set(['"', "'", "`"]);

export type CleanId = { id: string | null; warning: string | null };
const ABSENT: CleanId = { id: null, warning: null };

/**
 * Id hygiene (R1): the id as it is compared and stored (docs/identity.md P5), or null with the reason. An id that was
 * not sent at all gives no warning. Numbers become strings; booleans and objects are not ids. `blocked` holds the
 * project's own values, in lower case. Case is preserved. Idempotent.
 */
export function cleanId(value: unknown, blocked: ReadonlySet<string>, what = "id"): CleanId {
  if (value === undefined || value === null) return ABSENT;
  if (typeof value !== "string" && typeof value !== "number") {
    return { id: null, warning: `${what} ignored: a ${Array.isArray(value) ? "list" : typeof value} is no id` };
  }
  // JSON reads 1e999 as infinity.
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY || Number.isNaN(value)) {
    return { id: null, warning: `${what} ignored: a number too large to be read` };
  }
  let id = String(value);
  if (NON_ASCII.test(id)) id = cleanText(id).normalize("NFC");
  id = unwrap(id);
  if (id === "") return { id: null, warning: `empty ${what}` };
  if (!isShortId(id)) {
    return { id: null, warning: `${what} ignored: more than ${ID_MAX_LENGTH} characters` };
  }
  const lower = id.toLowerCase();
  if (BLOCKED.has(lower) || ZEROS.test(id) || TEMPLATE.test(id) || blocked.has(lower)) {
    return { id: null, warning: `blocked ${what}: '${cutText(id, 40)}'` };
  }
  return { id, warning: null };
}

/** Strips surrounding white space and any number of pairs of quotes. */
function unwrap(text: string): string {
  let inner = text.trim();
  while (inner.length >= 2 && QUOTES.has(inner[0] as string) && inner.at(-1) === inner[0]) {
    inner = inner.slice(1, -1).trim();
  }
  return inner;
}
