import type { PropertyChange } from "@/lib/events/property-change";
import { cleanProperties } from "@/lib/ingest/values/clean";
import { PROPERTIES_MAX } from "@/lib/ingest/values/limits";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import type { Json, JsonObject } from "@/lib/json";

/** Keys of an identify's payload that describe the message, not the person. */
const NOT_TRAITS = new Set(["profileId", "properties", "hash"]);

/** SDKs also put their global properties (__referrer, __path …), which describe the page, into identify calls. */
const isReserved = (key: string): boolean => key.startsWith("__");
const isNotTrait = (key: string): boolean => NOT_TRAITS.has(key) || isReserved(key);

/**
 * One @ followed by something with a dot: tells an address from "none" or "42". Only a mail server could tell more.
 */
const EMAIL = /^[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+$/;
const EMAIL_MAX_LENGTH = 254;
const URL_MAX_LENGTH = 2_048;

/**
 * The traits of an identify (docs/wire.md W9): its `properties` and any top-level keys, which win if both name one. A
 * named trait with an invalid value (an e-mail without @) is kept as a plain property, with a warning (W5).
 */
export function readTraits(payload: Record<string, unknown>, field: string, warnings: string[]): JsonObject {
  const nested = payload.properties;
  const traits = {
    ...(nested ? cleanProperties(nested as object, `${field}.properties`, isReserved) : {}),
    ...cleanProperties(payload, field, isNotTrait),
  };
  const { email, avatar, firstName, lastName } = traits;
  if (isGiven(email) && !(typeof email === "string" && email.length <= EMAIL_MAX_LENGTH && EMAIL.test(email.trim()))) {
    warnings.push("email is not an e-mail address: kept as a plain property");
  }
  if (isGiven(avatar) && !isWebUrl(avatar)) warnings.push("avatar is not an http(s) URL: kept as a plain property");
  if (isGiven(firstName) && typeof firstName !== "string")
    warnings.push("firstName is not text: kept as a plain property");
  if (isGiven(lastName) && typeof lastName !== "string")
    warnings.push("lastName is not text: kept as a plain property");
  return traits;
}

const isGiven = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== "";

function isWebUrl(value: Json | undefined): boolean {
  return (
    typeof value === "string" && value.length <= URL_MAX_LENGTH && /^https?:\/\//i.test(value) && URL.canParse(value)
  );
}

/** Bytes of a property's path, as UTF-8: it shares an index entry of at most 2,704 bytes with other columns. */
const PATH_MAX_BYTES = 1_024;

/**
 * Splits properties into changes of single leaves: objects become dotted paths ("address.city"), lists are whole
 * values, null unsets. A path named twice keeps its last value. Throws MessageFault beyond the limits on leaves and on
 * a path. O(leaves).
 */
export function toPropertyChanges(properties: JsonObject, mode: "set" | "set_once", field: string): PropertyChange[] {
  const leaves = new Map<string, Json>();
  collectLeaves(properties, "", leaves);
  if (leaves.size > PROPERTIES_MAX) {
    throw new MessageFault("unprocessable", `More than ${PROPERTIES_MAX} properties, nested ones counted.`, field);
  }
  for (const path of leaves.keys())
    if (Buffer.byteLength(path) > PATH_MAX_BYTES)
      throw new MessageFault("unprocessable", `A property's path has more than ${PATH_MAX_BYTES} bytes.`, field);
  return Array.from(leaves, ([key, value]) => ({ mode, key, value }));
}

function collectLeaves(from: JsonObject, prefix: string, leaves: Map<string, Json>): void {
  for (const key of Object.keys(from)) {
    const value = from[key] as Json;
    if (key === "") continue;
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      collectLeaves(value, `${prefix}${key}.`, leaves);
    else leaves.set(prefix + key, value);
  }
}
