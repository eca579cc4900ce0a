import type { Json } from "@/lib/json";

/** How settings can name one person: by a user id, exactly, or by an e-mail address, whatever its case. */
export type NamedPerson = { ids: readonly string[]; addresses: readonly string[] };

/** A user id that looks like an address is one, too. */
export const namedPerson = (userIds: readonly string[], emails: readonly (string | null)[]): NamedPerson => ({
  ids: userIds,
  addresses: [...emails.filter((email) => email !== null), ...userIds.filter((id) => id.includes("@"))],
});

/** Whether entries of a setting name this person. In SQL: names() of settings.store.ts. */
export function isNamedIn(entries: readonly string[], { ids, addresses }: NamedPerson): boolean {
  const known = new Set(addresses.map((address) => address.toLowerCase()));
  return entries.some((entry) => ids.includes(entry) || known.has(entry.toLowerCase()));
}

/** What stands in rules and properties in place of an erased person's address or id. */
const ERASED = "[erased]";
/** A shorter user id ("42", "pro") may mean something else in a rule or property. */
const MIN_ID_CHARS = 12;
const SYNTAX = /[\\^$.*+?()[\]{}|/]/g;

/** Takes an erased person out of JSON. */
export type PersonRemover = {
  /** What a text that names them contains, in lower case and escaped as in JSON: finds candidates in SQL. */
  needles: string[];
  /** A copy without them: their addresses within any text, whatever the case; their ids only as a whole text. */
  remove: (value: Json) => Json;
};

/** Null if they have no address and no id long enough to be recognised. */
export function personRemover({ ids, addresses }: NamedPerson): PersonRemover | null {
  const whole = new Set(ids.filter((id) => id.length >= MIN_ID_CHARS).flatMap((id) => [id, `u:${id}`]));
  const within = [...new Set(addresses.map((address) => address.toLowerCase()))].map(
    (address) =>
      new RegExp(
        `(?<![\\p{L}\\p{N}._%+-])${address.replace(SYNTAX, "\\$&")}(?![\\p{L}\\p{N}-]|\\.[\\p{L}\\p{N}])`,
        "giu",
      ),
  );
  const needles = [...whole, ...addresses].map((text) => JSON.stringify(text).slice(1, -1).toLowerCase());
  if (needles.length === 0) return null;
  const without = (text: string): string =>
    whole.has(text) ? ERASED : within.reduce((left, address) => left.replace(address, ERASED), text);
  const remove = (value: Json): Json => {
    if (typeof value === "string") return without(value);
    if (Array.isArray(value)) return value.map(remove);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, remove(inner)]));
  };
  return { needles: [...new Set(needles)], remove };
}
