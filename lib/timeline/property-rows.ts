import { isAnonymousRef } from "@/lib/identity/person-ref";
import type { JsonObject } from "@/lib/json";
import type { PropertyWrite } from "./property-history.queries";

/** One change of a property, in words. */
export type PropertyChangeShown = { ts: number; eventKey: string; text: string; by: string };

export type PropertyRow = {
  key: string;
  /** null: removed. */
  value: string | null;
  type: string;
  pinned: boolean;
  /** When it got its current value, in ms; null where no operation is known. */
  since: number | null;
  by: string | null;
  /** Newest first. */
  history: PropertyChangeShown[];
};

/** The most rows: all properties a person can have (docs/identity.md R15), and as many that were unset or refused. */
const MAX_ROWS = 400;

/** Each property with its history: pinned first, then by name, then removed ones. O(notes), up to MAX_ROWS. */
export function propertyRows(
  person: { properties: JsonObject },
  notes: ReadonlyMap<string, PropertyWrite[]>,
  pins: readonly string[],
): PropertyRow[] {
  const values = new Map(leaves(person.properties));
  const keys = [...new Set([...values.keys(), ...notes.keys()])];
  const ranks = new Map(pins.map((key, at) => [key, at]));
  const rank = (key: string) => ranks.get(key) ?? pins.length;
  return keys
    .sort((a, b) => rank(a) - rank(b) || Number(!values.has(a)) - Number(!values.has(b)) || (a < b ? -1 : 1))
    .slice(0, MAX_ROWS)
    .map((key): PropertyRow => {
      const value = values.get(key);
      const operations = notes.get(key) ?? [];
      // Repeated sets of the same value date from the first one.
      const current = operations.filter(({ mode }) => mode !== "set_once" || operations.length === 1);
      const json = JSON.stringify(value);
      const changed = current.findIndex((note) => JSON.stringify(note.value) !== json);
      const first = current[changed === -1 ? current.length - 1 : Math.max(0, changed - 1)];
      return {
        key,
        value: value === undefined ? null : asText(value),
        type: typeOf(value ?? operations[0]?.value),
        pinned: ranks.has(key),
        since: first?.ts ?? null,
        by: first ? sourceOf(first) : null,
        history: onlyChanges(operations).map((note) => ({
          ts: note.ts,
          eventKey: `${note.ts}.${note.eventId}`,
          text: describeWrite(note),
          by: sourceOf(note),
        })),
      };
    });
}

/**
 * The operations that may have changed a property, newest first. Leaves out a value that repeats the one before it, and
 * a `set_once` of a property that had a value. The oldest is kept, as the value before it is unknown.
 */
function onlyChanges(operations: readonly PropertyWrite[]): PropertyWrite[] {
  const kept: PropertyWrite[] = [];
  for (const note of operations.toReversed()) {
    const last = kept.at(-1);
    const isSame = last !== undefined && effectOf(last) === effectOf(note);
    const isCounter = note.mode === "increment" || note.mode === "decrement";
    const isIdle = note.mode === "set_once" && last !== undefined && effectOf(last) !== "null";
    if (isCounter || !(isSame || isIdle)) kept.push(note);
  }
  return kept.reverse();
}

/** The displayed effect of a change: the value of a set, or the change to a list. */
const effectOf = ({ mode, value }: PropertyWrite): string => {
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

function describeWrite({ mode, value }: PropertyWrite): string {
  if (mode === "increment" || mode === "decrement") {
    return typeof value === "number" && value < 0 ? `− ${-value}` : `+ ${asText(value)}`;
  }
  if (mode === "union" || mode === "remove") {
    return `${mode === "union" ? "+" : "−"} ${[value].flat().map(asText).join(", ")}`;
  }
  if (mode === "unset" || value === null) return "removed";
  return mode === "set_once" ? `${asText(value)}, unless it had a value` : asText(value);
}

/** The source of a change: the customer's page or server, and the id it used. */
function sourceOf({ mode, actor, origin }: PropertyWrite): string {
  const from = origin && URL.canParse(origin) ? new URL(origin).host : "your server";
  const action = mode === "identify" ? "identify" : mode.replace("_", " ");
  return isAnonymousRef(actor) ? `${action} from ${from}, while anonymous` : `${action} from ${from}`;
}
