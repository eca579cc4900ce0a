import type { ProfileDetail } from "@/lib/profiles/types";
import type { PropertyNote } from "@/lib/timeline/property-history.queries";

/** One thing said about a property, in words. */
export type PropertyChange = { ts: number; eventKey: string; text: string; by: string };

export type PropertyRow = {
  key: string;
  /** null: it was there and is no more. */
  value: string | null;
  type: string;
  pinned: boolean;
  /** When its value became what it is, in ms; null where no operation is known. */
  since: number | null;
  by: string | null;
  /** Newest first. */
  history: PropertyChange[];
};

/** Rows of a table: all properties a person can have (docs/identity.md R15), and as many that were unset or refused. */
const MAX_ROWS = 400;

/** Each property with how it came to be: pinned ones first, then by name, then those that were unset. O(notes), MAX_ROWS at most. */
export function propertyRows(
  person: Pick<ProfileDetail, "properties" | "userIds">,
  notes: ReadonlyMap<string, PropertyNote[]>,
  pins: readonly string[],
): PropertyRow[] {
  const values = new Map(leaves(person.properties));
  const keys = [...new Set([...values.keys(), ...notes.keys()])];
  const places = new Map(pins.map((key, at) => [key, at]));
  const place = (key: string) => places.get(key) ?? pins.length;
  return keys
    .sort((a, b) => place(a) - place(b) || Number(!values.has(a)) - Number(!values.has(b)) || (a < b ? -1 : 1))
    .slice(0, MAX_ROWS)
    .map((key): PropertyRow => {
      const value = values.get(key);
      const said = notes.get(key) ?? [];
      // Set more than once to the same, it has been that since the first of these times.
      const current = said.filter(({ mode }) => mode !== "set_once" || said.length === 1);
      const is = JSON.stringify(value);
      const changed = current.findIndex((note) => JSON.stringify(note.value) !== is);
      const first = current[changed === -1 ? current.length - 1 : Math.max(0, changed - 1)];
      return {
        key,
        value: value === undefined ? null : asText(value),
        type: typeOf(value ?? said[0]?.value),
        pinned: places.has(key),
        since: first?.ts ?? null,
        by: first ? byWhom(first) : null,
        history: onlyChanges(said).map((note) => ({
          ts: note.ts,
          eventKey: `${note.ts}.${note.eventId}`,
          text: inWords(note),
          by: byWhom(note),
        })),
      };
    });
}

/**
 * Of what was said about a property, newest first, what may have changed it: a value sent again right after itself has
 * not, nor has a `set_once` of what had a value. The oldest note known stays, as what was before it is not known.
 */
function onlyChanges(said: readonly PropertyNote[]): PropertyNote[] {
  const kept: PropertyNote[] = [];
  for (const note of said.toReversed()) {
    const last = kept.at(-1);
    const isSame = last !== undefined && effectOf(last) === effectOf(note);
    const isAdded = note.mode === "increment" || note.mode === "decrement";
    const isIdle = note.mode === "set_once" && last !== undefined && effectOf(last) !== "null";
    if (isAdded || !(isSame || isIdle)) kept.push(note);
  }
  return kept.reverse();
}

/** What a note leaves behind: the value of a set, however it was said, or the change a list sees. */
const effectOf = ({ mode, value }: PropertyNote): string => {
  if (mode === "union" || mode === "remove") return `${mode} ${JSON.stringify(value)}`;
  if (mode === "increment" || mode === "decrement") return mode;
  return mode === "unset" ? "null" : JSON.stringify(value);
};

function leaves(value: object, prefix = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, unknown][] =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]],
  );
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const DATE = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d.*)?$/;

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "yes or no";
  if (typeof value === "number") return "number";
  if (typeof value === "string" && DATE.test(value)) return "date";
  return value === null || value === undefined ? "—" : "text";
}

function inWords({ mode, value }: PropertyNote): string {
  if (mode === "increment" || mode === "decrement") {
    return typeof value === "number" && value < 0 ? `− ${-value}` : `+ ${asText(value)}`;
  }
  if (mode === "union" || mode === "remove") {
    return `${mode === "union" ? "+" : "−"} ${[value].flat().map(asText).join(", ")}`;
  }
  if (mode === "unset" || value === null) return "removed";
  return mode === "set_once" ? `${asText(value)}, unless it had a value` : asText(value);
}

/** Who said it: a page of the customer's, or a server; and with which id. */
function byWhom({ mode, actor, origin }: PropertyNote): string {
  const from = origin && URL.canParse(origin) ? new URL(origin).host : "your server";
  const how = mode === "identify" ? "identify" : mode.replace("_", " ");
  return actor.startsWith("a:") ? `${how} from ${from}, while anonymous` : `${how} from ${from}`;
}
