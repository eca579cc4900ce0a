/**
 * A column of a list, described once as plain data: headers, widths, sorts, filters, cells, CSV files and the API are
 * derived from it. A list's columns are one array of these (people.ts); lib/profiles generates SQL from it, components
 * the cells.
 */
export type Column = {
  /** Its name in URLs, saved layouts, CSV headers and the API. */
  key: string;
  /** Its header; `word` in a sentence ("have first page …"), if that is not the key. */
  label: string;
  word?: string;
  /** Numbers and times sort in descending order first; a number that can be sorted by is never NULL. */
  kind: "text" | "list" | "number" | "time";
  /** The column of the list's facts table that holds it. */
  stored: string;
  /** For identified people only: for visitors the stored column holds something else. */
  identified?: true;
  /**
   * The field of a row that shows it, if that is not the key; "live" is read with the row, "facts" from the facts
   * table.
   */
  field?: string;
  from?: "live" | "facts";
  /**
   * CSS pixels before the member changes it. Without a width it cannot be shown, only sorted, filtered and exported;
   * with one it also has `from` and `sort`.
   */
  width?: number;
  /** Also on the cards of small screens, which have no room for more. */
  card?: true;
  /** The renderer of its cells, if that is not the one of its kind. */
  cell?: "country" | "device" | "sessions" | "timeline" | "trend" | "health" | "money" | "state" | "share";
  /**
   * The index it is sorted by; "kept": sorted copies are built once somebody sorts by it; "all": all rows are read and
   * sorted. Absent: cannot be sorted.
   */
  sort?: string;
  /** The stored column of that index, if it is another one. */
  sortedAs?: string;
  /** Can be used in a filter: texts by value, times by day, numbers by "at least". */
  filter?: true;
  /** Compared between a segment's members and others. */
  standsOut?: true;
};

/** The keys of the columns that satisfy the test, in the registry's order. */
export const keysOf = <Any extends Column, Such extends Any>(
  columns: readonly Any[],
  isSuch: (column: Any) => column is Such,
): Such["key"][] => columns.filter(isSuch).map(({ key }) => key);
