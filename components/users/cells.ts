import { propertyCell, RENDERERS, textCell } from "@/components/list/renderers";
import type { AnyColumn } from "@/components/people/columns";
import { type Cell, toPersonRow, type UserRow } from "@/components/people/row";
import type { Clock } from "@/components/time";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { count } from "@/lib/format/number";
import type { ProfileSummary, WindowDays } from "@/lib/profiles/types";
import { reasonInWords } from "@/lib/risk/reason";

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
      return facts?.quiet ? textCell(reasonInWords(facts.quiet.reason)) : undefined;
  }
  const column: Column | undefined = PEOPLE_COLUMNS.find(({ key }) => key === id);
  if (!column) return propertyCell(person.properties, id.slice(2));
  const row: object | null = column.from === "facts" ? facts : person;
  const value: unknown = row && Reflect.get(row, column.field ?? column.key);
  return value === null || value === undefined
    ? undefined
    : RENDERERS[column.cell ?? column.kind](value, href, context);
}
