import sql, { type Sql } from "sql-template-tag";
import type { Reader } from "@/lib/scope";

/**
 * A text that may hold an address, for conditions on a part of it: an account's id or an event's name, whose views show
 * it whole (lib/reading/stand-ins.ts).
 */
export const shownText = ({ sight }: Pick<Reader, "sight">, text: Sql): Sql =>
  sight.masked ? sql`masked_text(${text})` : text;
