import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { Scope } from "@/lib/scope";

/** [from, to), ms. */
export type Window = { from: number; to: number };

/** Events `e` of the window. */
export const inWindow = (scope: Scope, { from, to }: Window): Sql =>
  sql`e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.ts >= ${timestamp(from)} AND e.ts < ${timestamp(to)}`;

/** `names`: every event name of the project. One probe of events_name_ts_idx a name; belongs in a WITH RECURSIVE. */
export const namesSql = (scope: Scope): Sql => sql`
  names AS (
    (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' ORDER BY e.name LIMIT 1)
    UNION ALL
    SELECT (SELECT e.name FROM events e WHERE e.project_id = ${scope.projectId} AND e.kind = 'event' AND e.name > n.name
             ORDER BY e.name LIMIT 1)
      FROM names n WHERE n.name IS NOT NULL)`;
