import { config } from "@/lib/config";
import { createPool } from "@/lib/db/pool";
import type { CsvCell } from "@/lib/format/csv";
import { orderOf } from "@/lib/profiles/list/columns.queries";
import { EXPORTED_FIELDS, type ExportedField, exportPeople } from "@/lib/profiles/list/export.queries";
import { readSelection } from "@/lib/profiles/list/list.queries";
import type { ListProfilesOptions } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import { type QuietReason, reasonInWords } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import { columnNames, propertyOfColumn, unknownColumn } from "./columns";
import { csvResponse } from "./csv-stream";

/** A column of an export: a built-in one, `why`, or one property. */
export type ExportColumn = ExportedField | "why";
export const PEOPLE_FILE_COLUMNS: string[] = [...EXPORTED_FIELDS, "why"];

const DEFAULT_COLUMNS: ExportColumn[] = [
  "ref",
  "name",
  "email",
  "firstSeen",
  "lastSeen",
  "sessions",
  "events",
  "country",
  "device",
  "source",
];

/** Parses "ref,email,p:plan", with %2C for a comma in a property's name. Throws bad_request naming the parameter. */
export function exportColumns(text: string | null): ExportColumn[] {
  return (
    columnNames(text)?.map((name): ExportColumn => {
      const property = propertyOfColumn(name);
      if (property !== null) return { property };
      const found = name === "why" ? name : EXPORTED_FIELDS.find((column) => column === name);
      if (!found) throw unknownColumn(name, PEOPLE_FILE_COLUMNS, true);
      return found;
    }) ?? DEFAULT_COLUMNS
  );
}

/**
 * All pages of a list of people as a CSV file, with the same people in the same order. Streamed; see csvResponse, and
 * exportPeople for what it costs.
 */
export async function exportCsv(
  scope: Scope,
  options: Omit<ListProfilesOptions, "limit" | "cursor">,
  columns: ExportColumn[],
): Promise<Response> {
  const head = columns.map((column) => (typeof column === "string" ? column : column.property));
  return csvResponse(scope, "users", head, peopleBatches(scope, options, columns));
}

async function* peopleBatches(
  scope: Scope,
  options: Omit<ListProfilesOptions, "limit" | "cursor">,
  columns: ExportColumn[],
): AsyncGenerator<CsvCell[][]> {
  const pool = createPool(config().DATABASE_URL, 1, { pipeline: false });
  const tx = await reading(scope, pool).connect();
  try {
    await tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const selection = await readSelection(scope, options);
    const order = orderOf(options.sort, selection.tab, selection.windowDays);
    const exported = columns.map((column): ExportedField => (column === "why" ? "quiet" : column));
    for await (const people of exportPeople(tx, scope, selection, order, exported))
      yield people.map((cells) => withReason(columns, cells));
  } finally {
    // Destroyed rather than released: an aborted download leaves its cursor open.
    tx.release(true);
    await pool.end();
  }
}

/** A row's cells, with reasons in words. */
const withReason = (columns: ExportColumn[], read: CsvCell[]): CsvCell[] =>
  columns.map((column, i) => {
    const cell = read[i] ?? null;
    return column === "why" && typeof cell === "string" ? reasonInWords(JSON.parse(cell) as QuietReason) : cell;
  });
