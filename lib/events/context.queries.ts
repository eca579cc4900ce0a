import sql, { type Sql } from "sql-template-tag";
import { type Context, PAGE_FIELDS } from "./context";

/**
 * Orders session rows `x` by the precedence of their contexts: rows that know a page before those that do not (an
 * identify, a server's event), then by the time and id of their event. A total order over events, so that the first one
 * does not depend on the order of arrival.
 */
export const contextOrder = (x: Sql): Sql =>
  sql`NOT ${x}.context ?| ${PAGE_FIELDS}::text[],
      coalesce(${x}.context_at, ${x}.started_at), coalesce(${x}.context_id, ${x}.started_id)`;

/** The source of a visit: the referring site's name, else the campaign's source, else "Direct". */
export function visitSourceOf(context: Pick<Context, "referrerName" | "utmSource">): string {
  return context.referrerName ?? context.utmSource ?? "Direct";
}
