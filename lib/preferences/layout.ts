import { z } from "zod";

/** What a list can show beside the person, in the order the picker offers it. */
export const BUILT_IN_COLUMNS = [
  "lastSeen",
  "firstSeen",
  "sessions",
  "events",
  "activeDays",
  "country",
  "city",
  "device",
  "browser",
  "os",
  "source",
  "referrer",
  "landingPage",
  "utmSource",
  "utmMedium",
  "utmCampaign",
  "signedUp",
  "lastEvent",
  "email",
  "userId",
  "accounts",
] as const;
export type BuiltInColumn = (typeof BUILT_IN_COLUMNS)[number];

/** A built-in column, or a property by its dotted path: "p:plan", "p:address.city". */
export type ColumnId = BuiltInColumn | `p:${string}`;

/** Columns a member may show at once; each property costs a look into every row. */
const MAX_COLUMNS = 40;
/** CSS pixels. */
export const MIN_WIDTH_PX = 72;
export const MAX_WIDTH_PX = 720;
const MAX_KEY_CHARS = 255;

const columnId = z
  .union([z.enum(BUILT_IN_COLUMNS), z.templateLiteral(["p:", z.string()])])
  .refine((id) => id.length > 2 && id.length <= MAX_KEY_CHARS + 2);

/** How a member likes the users list. Those pinned stay at the left, behind the person, while the others scroll. */
export type ListLayout = { columns: ColumnId[]; pinned: ColumnId[]; widths: Partial<Record<string, number>> };

const layoutSchema = z.object({
  columns: z.array(columnId).max(MAX_COLUMNS),
  pinned: z.array(columnId).max(MAX_COLUMNS),
  widths: z.record(z.string().max(MAX_KEY_CHARS + 2), z.number().min(MIN_WIDTH_PX).max(MAX_WIDTH_PX)),
});

export const DEFAULT_LAYOUT: ListLayout = {
  columns: ["lastSeen", "firstSeen", "sessions", "events", "country", "device", "source"],
  pinned: [],
  widths: {},
};

/** A layout as it was stored or sent, without what this version does not know; null for what is none. O(columns). */
export function readLayout(stored: unknown): ListLayout | null {
  const parsed = layoutSchema.safeParse(stored);
  if (!parsed.success) return null;
  const columns = [...new Set(parsed.data.columns)] as ColumnId[];
  const pinned = columns.filter((id) => parsed.data.pinned.includes(id));
  const kept = new Set<string>([...columns, "person"]);
  const widths = Object.fromEntries(Object.entries(parsed.data.widths).filter(([id]) => kept.has(id)));
  return { columns, pinned, widths };
}
