import sql, { type Sql } from "sql-template-tag";
import { tableBehindView } from "@/lib/reading/reading";
import type { Reader } from "@/lib/scope";

/**
 * Whether `i` (identities) has exactly this id: identities_ext_id_key. With masked sight `i` is a view, and ids in it
 * have no index: the row is looked up in the table, and the view decides whether the reader may see it. The view shows
 * an id that is an address as "~" and a number.
 */
export function hasExactId({ projectId, sight }: Reader, kind: "u" | "a", id: string): Sql {
  const matches = sql`i.project_id = ${projectId} AND i.kind = ${kind} AND i.ext_id = ${id}`;
  if (!sight.masked) return matches;
  const number = /^~(\d{1,15})$/.exec(id)?.[1];
  if (number !== undefined) return sql`${matches} AND i.id = ${number}::bigint`;
  return sql`${matches} AND i.id = (
    SELECT t.id FROM ${tableBehindView("identities")} t
     WHERE t.project_id = ${projectId} AND t.kind = ${kind} AND t.ext_id = ${id})`;
}
