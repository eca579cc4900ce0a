/**
 * A column of a list as plain data, from which headers, widths, sorts, filters, cells, CSV files and the API are
 * derived. A list's columns are an array of these (people.ts); lib/profiles generates its SQL from that, and components
 * its cells.
 */
export type Column = {
  /** Its name in URLs, saved layouts, CSV headers and the API. */
  key: string;
  /** Its header. `word`: its name in a sentence ("have first page …"), if that is not the key. */
  label: string;
  word?: string;
  /** Numbers and times sort in descending order first; a number that can be sorted by is never NULL. */
  kind: "text" | "list" | "number" | "time";
  /** The column of the list's facts table that holds it. */
  stored: string;
  /** For identified people only: for visitors the stored column holds something else. */
  identified?: true;
  /**
   * The field of a row that shows it, if that is not the key. `from`: "live" if it is read with the row, "facts" if
   * from the facts table.
   */
  field?: string;
  from?: "live" | "facts";
  /**
   * Its width in CSS pixels, until the member changes it. Without a width it cannot be shown, only sorted by, filtered
   * and exported; with one it also has `from` and `sort`.
   */
  width?: number;
  /** Whether it is also on the cards of small screens, which have room for a few. */
  card?: true;
  /** The renderer of its cells, if that is not the one of its kind. */
  cell?: "country" | "device" | "sessions" | "timeline" | "trend" | "health" | "money" | "state" | "share";
  /**
   * The index by which it is sorted; "sortedCopy" if a sorted copy (table profile_values) is built once somebody
   * sorts by it; "all" if all rows are read and sorted; absent if lists cannot be sorted by it.
   */
  sort?: string;
  /** The stored column of that index, if it is another one than `stored`. */
  sortedAs?: string;
  /** Whether lists can be filtered by it: texts by value, times by day, numbers by "at least". */
  filter?: true;
  /** Whether it is compared between a segment's members and others. */
  standsOut?: true;
};
