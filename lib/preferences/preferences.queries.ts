import { z } from "zod";
import { prisma } from "@/lib/db/prisma";
import { isStorable } from "@/lib/format/storable";
import type { Scope } from "@/lib/scope";
import { type ColumnId, LISTS, type ListLayout, type ListName, MAX_WIDTH_PX, MIN_WIDTH_PX } from "./layout";

/** The member's layout of the list; the default until they change it, and for guests (`memberId` null). Primary key. */
export async function listLayout(scope: Scope, memberId: string | null, list: ListName): Promise<ListLayout> {
  if (memberId === null) return LISTS[list].standard;
  const stored = await prisma().memberView.findUnique({
    where: { memberId_projectId_screen: { memberId, projectId: scope.projectId, screen: list } },
    select: { settings: true },
  });
  return (stored && readLayout(stored.settings, list)) ?? LISTS[list].standard;
}

/** The most columns a member may show at once; each property costs a lookup in every row. */
const MAX_COLUMNS = 40;
const MAX_KEY_CHARS = 255;

const columnIdOf = (list: ListName) =>
  z
    .union([z.enum(LISTS[list].builtIn), z.templateLiteral(["p:", z.string()])])
    .refine((id) => id.length > 2 && id.length <= MAX_KEY_CHARS + 2 && isStorable(id));

const schemaOf = (list: ListName) =>
  z.object({
    columns: z.array(columnIdOf(list)).max(MAX_COLUMNS),
    pinned: z.array(columnIdOf(list)).max(MAX_COLUMNS),
    widths: z.record(
      z
        .string()
        .max(MAX_KEY_CHARS + 2)
        .refine(isStorable),
      z.number().min(MIN_WIDTH_PX).max(MAX_WIDTH_PX),
    ),
  });
const SCHEMAS = { users: schemaOf("users"), accounts: schemaOf("accounts") };

/** A layout as stored or sent, without anything this version does not know; null if it is not a layout. O(columns). */
export function readLayout(stored: unknown, list: ListName): ListLayout | null {
  const parsed = SCHEMAS[list].safeParse(stored);
  if (!parsed.success) return null;
  const columns = [...new Set(parsed.data.columns)] as ColumnId[];
  const pinned = columns.filter((id) => parsed.data.pinned.includes(id));
  const kept = new Set<string>([...columns, LISTS[list].first]);
  const widths = Object.fromEntries(Object.entries(parsed.data.widths).filter(([id]) => kept.has(id)));
  return { columns, pinned, widths };
}
