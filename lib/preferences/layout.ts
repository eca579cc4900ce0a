import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";

/** The columns that the list of people can show besides the person, in the picker's order. */
export const BUILT_IN_COLUMNS = PEOPLE_COLUMNS.filter((column) => "width" in column).map(({ key }) => key);
export const ACCOUNT_BUILT_IN_COLUMNS = ACCOUNT_COLUMNS.map(({ key }) => key);
export type BuiltInColumn = (typeof BUILT_IN_COLUMNS)[number] | (typeof ACCOUNT_BUILT_IN_COLUMNS)[number];

/** A built-in column, or a property by its dotted path: "p:plan", "p:address.city". */
export type ColumnId = BuiltInColumn | `p:${string}`;

/** The limits of a column's width, in CSS pixels. */
export const MIN_WIDTH_PX = 72;
export const MAX_WIDTH_PX = 720;
/**
 * A member's layout of a list: its columns in order, those pinned, and widths in CSS pixels by column. Pinned columns
 * stay at the left, after the first one, while the others scroll.
 */
export type ListLayout = { columns: ColumnId[]; pinned: ColumnId[]; widths: Partial<Record<string, number>> };

export const DEFAULT_LAYOUT: ListLayout = {
  columns: ["lastSeen", "firstSeen", "sessions", "events", "country", "device", "source"],
  pinned: [],
  widths: {},
};

/** The lists whose columns a member chooses: the first column, the built-in ones and the default layout. */
export const LISTS = {
  users: { first: "person", builtIn: BUILT_IN_COLUMNS, standard: DEFAULT_LAYOUT },
  accounts: {
    first: "account",
    builtIn: ACCOUNT_BUILT_IN_COLUMNS,
    standard: {
      columns: ["health", "people", "active7", "active30", "trend", "featuresUsed", "lastSeen", "revenue"],
      pinned: [],
      widths: {},
    },
  },
} as const satisfies {
  [name: string]: { first: string; builtIn: readonly BuiltInColumn[]; standard: ListLayout };
};
export type ListName = keyof typeof LISTS;
