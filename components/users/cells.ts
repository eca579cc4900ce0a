import type { AnyColumn } from "@/components/people/columns";
import { type Cell, countryCell, deviceLabel, timeCell, toPersonRow, type UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { count } from "@/lib/format/number";
import type { Json, JsonObject } from "@/lib/json";
import { quietReason } from "@/lib/lifecycle/quiet";
import type { ProfileSummary, WindowDays } from "@/lib/profiles/types";

export type RowContext = { projectId: string; clock: Clock; columns: AnyColumn[]; days: WindowDays };

/** Formats a person as a row with the chosen columns. Server only. */
export function toUserRow(person: ProfileSummary, context: RowContext): UserRow {
  const row = toPersonRow(person, context.projectId, context.clock.now);
  for (const column of context.columns) {
    const cell = cellOf(column, person, row.href, context);
    if (cell) row.cells[column] = cell;
  }
  return row;
}

function cellOf(id: AnyColumn, person: ProfileSummary, href: string, context: RowContext): Cell | undefined {
  const { facts } = person;
  switch (id) {
    case "person":
      return undefined;
    case "windowDays":
      return facts ? { text: `${facts.window[context.days].activeDays} of ${context.days}` } : undefined;
    case "windowEvents":
      return facts ? { text: count(facts.window[context.days].events) } : undefined;
    case "why":
      return facts && person.lastSeen !== null
        ? text(quietReason(facts, person.lastSeen, context.clock.now))
        : undefined;
  }
  const column: Column | undefined = PEOPLE_COLUMNS.find(({ key }) => key === id);
  if (!column) return propertyCell(at(person.properties, id.slice(2)));
  const row: object | null = column.from === "facts" ? facts : person;
  const value: unknown = row && Reflect.get(row, column.field ?? column.key);
  return value === null || value === undefined
    ? undefined
    : RENDERERS[column.cell ?? column.kind](value, href, context);
}

type Renderer = (value: unknown, href: string, context: RowContext) => Cell | undefined;

/** Formatters by kind of column. */
const RENDERERS: { [Kind in Column["kind"] | NonNullable<Column["cell"]>]: Renderer } = {
  text: (value) => text(listed(value)),
  list: (value) => text(listed(value)),
  number: (value) => ({ text: count(Number(value)) }),
  time: (value, _href, { clock }) => timeCell(Number(value), clock),
  country: (value) => countryCell(String(value)),
  device: (value) => text(deviceLabel(String(value))),
  sessions: (value, href) => ({ text: count(Number(value)), href: `${href}/sessions`, title: "See the sessions" }),
  timeline: (value, href) => ({ text: count(Number(value)), href, title: "See the timeline" }),
};

const listed = (value: unknown): string => (Array.isArray(value) ? value.join(", ") : String(value));
const text = (value: string | null): Cell | undefined => (value ? { text: value, title: value } : undefined);

/** Looks up a property by its dotted path; keys may contain dots. */
function at(properties: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(properties, path)) return properties[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const inner = properties[path.slice(0, dot)];
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) continue;
    const found = at(inner as JsonObject, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function propertyCell(value: Json | undefined): Cell | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return text(value.map(inWords).join(", "));
  return text(inWords(value));
}

const inWords = (value: Json): string => {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};
