import sql, { type Sql } from "sql-template-tag";
import { PAGE_MEMBERS } from "./context";

/**
 * Orders session rows `x` by whose context takes precedence: rows that know a page before those that do not (an
 * identify, a server's event), then by the time and id of their event. A total order over events, so the first of it
 * does not depend on arrival.
 */
export const contextOrder = (x: Sql): Sql =>
  sql`NOT ${x}.context ?| ${PAGE_MEMBERS}::text[],
      coalesce(${x}.context_at, ${x}.started_at), coalesce(${x}.context_id, ${x}.started_id)`;
