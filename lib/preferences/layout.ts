import { keysOf } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";

/** What a list can show beside the person, in the order the picker offers it. */
export const BUILT_IN_COLUMNS = keysOf(PEOPLE_COLUMNS, (column) => "width" in column);
export type BuiltInColumn = (typeof BUILT_IN_COLUMNS)[number];

/** A built-in column, or a property by its dotted path: "p:plan", "p:address.city". */
export type ColumnId = BuiltInColumn | `p:${string}`;

/** CSS pixels. */
export const MIN_WIDTH_PX = 72;
export const MAX_WIDTH_PX = 720;
/** How a member likes the users list. Those pinned stay at the left, behind the person, while the others scroll. */
export type ListLayout = { columns: ColumnId[]; pinned: ColumnId[]; widths: Partial<Record<string, number>> };

export const DEFAULT_LAYOUT: ListLayout = {
  columns: ["lastSeen", "firstSeen", "sessions", "events", "country", "device", "source"],
  pinned: [],
  widths: {},
};
