import sql, { type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { Scope } from "@/lib/scope";

/** [from, to), ms. */
export type Window = { from: number; to: number };

/** Events `e` of the window. */
export const inWindow = (scope: Scope, { from, to }: Window): Sql =>
  sql`e.project_id = ${scope.projectId} AND e.kind = 'event'
    AND e.ts >= ${timestamp(from)} AND e.ts < ${timestamp(to)}`;
