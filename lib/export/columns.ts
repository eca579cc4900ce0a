import { AppError } from "@/lib/errors";
import type { CsvCell } from "@/lib/format/csv";
import type { Json, JsonObject } from "@/lib/json";

const MAX_COLUMNS = 200;
const PROPERTY = "p:";

/** Columns computed from loaded rows, by name, in the default order of an export. */
export type Columns<Row> = Record<string, (row: Row) => CsvCell>;

/**
 * The columns and properties requested for an export: "time,event,p:rows", with %2C for a comma in a property's name;
 * null for the default. Throws bad_request for too many.
 */
export function columnNames(text: string | null): string[] | null {
  if (text === null || text === "") return null;
  const names = text.split(",").map((name) => name.replaceAll("%2C", ","));
  if (names.length > MAX_COLUMNS)
    throw new AppError("bad_request", `At most ${MAX_COLUMNS} columns.`, { field: "columns" });
  return names;
}

/** The property that a column's name stands for; null for a built-in column. */
export const propertyOfColumn = (name: string): string | null =>
  name.startsWith(PROPERTY) && name.length > PROPERTY.length ? name.slice(PROPERTY.length) : null;

export const unknownColumn = (name: string, known: readonly string[], properties: boolean): AppError =>
  new AppError(
    "bad_request",
    `There is no column “${name}”. Available: ${known.join(", ")}${properties ? ", and p:<property>" : ""}.`,
    { field: "columns" },
  );

/**
 * The headers of the columns named, by default of all, and a function that makes a row's cells. Throws bad_request for
 * an unknown column.
 */
export function chooseColumns<Row>(
  columns: Columns<Row>,
  names: string[] | null,
  propertiesOf?: (row: Row) => JsonObject,
): { head: string[]; cellsOf: (row: Row) => CsvCell[] } {
  const picked = (names ?? Object.keys(columns)).map((name): [string, (row: Row) => CsvCell] => {
    const property = propertiesOf ? propertyOfColumn(name) : null;
    if (property !== null && propertiesOf) return [property, (row) => jsonCell(valueAt(propertiesOf(row), property))];
    const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
    if (!column) throw unknownColumn(name, Object.keys(columns), propertiesOf !== undefined);
    return [name, column];
  });
  return { head: picked.map(([name]) => name), cellsOf: (row) => picked.map(([, column]) => column(row)) };
}

/** A property's value by its key or, if it is nested, its dotted path. */
function valueAt(properties: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(properties, path)) return properties[path];
  let at: Json | undefined = properties;
  for (const part of path.split(".")) {
    if (typeof at !== "object" || at === null || Array.isArray(at) || !Object.hasOwn(at, part)) return undefined;
    at = (at as JsonObject)[part];
  }
  return at;
}

/** Strings, numbers and booleans as they are; lists and objects as JSON. */
export const jsonCell = (value: Json | undefined): CsvCell =>
  value === undefined || value === null ? null : typeof value === "object" ? JSON.stringify(value) : value;
