import type { Json } from "@/lib/json";
import type { NamedPerson } from "@/lib/projects/own-team.store";
import { userRef } from "./person-ref";

/** Replaces an erased person's address or id in rules and properties. */
const ERASED = "[erased]";
/** A shorter user id ("42", "pro") may mean something else in a rule or property. */
const MIN_ID_CHARS = 12;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** Removes an erased person from JSON. */
export type PersonRemover = {
  /** Their ids and addresses, in lower case and escaped as in JSON, for SQL to find candidates by. */
  needles: string[];
  /**
   * Returns a copy without their addresses, wherever these occur and in any case, and without their ids where an id is
   * the whole text.
   */
  remove: (value: Json) => Json;
};

/** null if they have no address and no id of MIN_ID_CHARS. */
export function personRemover({ ids, addresses }: NamedPerson): PersonRemover | null {
  const whole = new Set(ids.filter((id) => id.length >= MIN_ID_CHARS).flatMap((id) => [id, userRef(id)]));
  const within = [...new Set(addresses.map((address) => address.toLowerCase()))].map(
    (address) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}._%+-])${address.replace(SYNTAX, "\\$&")}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
        "giu",
      ),
  );
  const needles = [...whole, ...addresses].map((text) => JSON.stringify(text).slice(1, -1).toLowerCase());
  if (needles.length === 0) return null;
  const clean = (text: string): string =>
    whole.has(text) ? ERASED : within.reduce((rest, address) => rest.replace(address, ERASED), text);
  const remove = (value: Json): Json => {
    if (typeof value === "string") return clean(value);
    if (Array.isArray(value)) return value.map(remove);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, remove(inner)]));
  };
  return { needles: [...new Set(needles)], remove };
}
