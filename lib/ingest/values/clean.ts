import { ID_MAX_LENGTH, isShortId } from "@/lib/format/id-length";
import type { Json, JsonObject } from "@/lib/json";
import { EVENT_NAME_MAX_LENGTH, PROPERTIES_MAX, PROPERTIES_MAX_DEPTH } from "./limits";
import { MessageFault } from "./message-fault";

/** NUL, which Postgres cannot store, or a lone surrogate. Also matches whole pairs. */
const SUSPECT = /[\0\ud800-\udfff]/;
const LONE_SURROGATES = /\p{Surrogate}/gu;

/** The text without NUL characters, with U+FFFD for each lone surrogate. */
export function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.replaceAll("\0", "").replace(LONE_SURROGATES, "\ufffd") : text;
}

/** The text's first `length` UTF-16 units, without splitting a surrogate pair. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : cleanText(text.slice(0, length)).replace(/\ufffd$/, "");

/** Keys with a meaning for JavaScript objects: dropped without a warning, as nobody uses them by accident. */
const isUnsafeKey = (key: string): boolean => key === "__proto__" || key === "constructor" || key === "prototype";

/**
 * A copy of an object from JSON that is safe to store: texts cleaned, unsafe keys dropped, numbers too large for a
 * double (1e999) null. `field` names the object in faults; `skip` selects top-level keys to leave out unread. Throws
 * MessageFault beyond a limit of number, name or depth. O(size); recursion is bounded by the depth.
 */
export function cleanProperties(raw: object, field: string, skip?: (key: string) => boolean): JsonObject {
  const clean = cleanObject(raw as Record<string, unknown>, field, 1, skip);
  if (Object.keys(clean).length > PROPERTIES_MAX) {
    throw new MessageFault("unprocessable", `More than ${PROPERTIES_MAX} properties.`, field);
  }
  return clean;
}

function cleanObject(
  raw: Record<string, unknown>,
  field: string,
  depth: number,
  skip?: (key: string) => boolean,
): JsonObject {
  const clean: JsonObject = {};
  for (const rawKey of Object.keys(raw)) {
    const key = cleanText(rawKey);
    if (isUnsafeKey(key) || skip?.(key)) continue;
    if (key.length > EVENT_NAME_MAX_LENGTH) {
      throw new MessageFault(
        "unprocessable",
        `A property's name has more than ${EVENT_NAME_MAX_LENGTH} characters.`,
        field,
      );
    }
    const value = raw[rawKey];
    if (value !== undefined) clean[key] = cleanValue(value, field, depth);
  }
  return clean;
}

/** `depth` is that of the value's container. */
function cleanValue(value: unknown, field: string, depth: number): Json {
  if (typeof value === "string") return cleanText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object") return null;
  if (depth >= PROPERTIES_MAX_DEPTH) {
    throw new MessageFault("unprocessable", `Nested more than ${PROPERTIES_MAX_DEPTH} deep.`, field);
  }
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, field, depth + 1));
  return cleanObject(value as Record<string, unknown>, field, depth + 1);
}

/**
 * What code and SDKs send for a missing id, in lower case. Changing the list does not affect stored data.
 */
const BLOCKED = new Set(
  "null none nil undefined nan true false anonymous guest unknown user id email distinct_id distinctid device_id deviceid profileid userid not_authenticated n/a void -1 $posthog_cookieless"
    .split(" ")
    .concat("[object object]"),
);

/** Nil UUIDs, zeros and dashes; unfilled templates. */
const ZEROS = /^[0-]+$/;
const TEMPLATE = /^(?:\{\{.*\}\}|\$\{.*\})$/s;

const NON_ASCII = /[^\x20-\x7e]/;
const QUOTES = new Set(['"', "'", "`"]);

export type CleanedId = { id: string | null; warning: string | null };
const ABSENT: CleanedId = { id: null, warning: null };

/**
 * Id hygiene (R1): the id as it is compared and stored (docs/identity.md P5), or null with a warning unless none was
 * sent. Numbers become strings; booleans and objects are not ids. `blocked`: the project's own blocked values, in lower
 * case. Preserves case; idempotent.
 */
export function cleanId(value: unknown, blocked: ReadonlySet<string>, what = "id"): CleanedId {
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

const NO_IDS: ReadonlySet<string> = new Set();

/** An account's id from a property, cleaned like one sent in a message (R1). */
export const cleanAccountId = (value: string): string | null => cleanId(value, NO_IDS).id;

/** Strips surrounding white space and any number of pairs of quotes. */
function unwrap(text: string): string {
  let inner = text.trim();
  while (inner.length >= 2 && QUOTES.has(inner[0] as string) && inner.at(-1) === inner[0]) {
    inner = inner.slice(1, -1).trim();
  }
  return inner;
}
