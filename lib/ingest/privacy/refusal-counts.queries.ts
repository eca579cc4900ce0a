import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import type { Refusal } from "@/lib/ingest/privacy/refusal";
import type { Scope } from "@/lib/scope";

/** How often each reason occurred since `day` ("2026-01-31", UTC), inclusive. Primary key, at most eight rows a day. */
export async function refusalsSince(scope: Scope, day: string): Promise<Partial<Record<Refusal, number>>> {
  const { rows } = await pool().query<{ reason: Refusal; count: number }>(sql`
    SELECT reason, sum(count)::bigint AS count FROM refusals
     WHERE project_id = ${scope.projectId} AND day >= ${day} GROUP BY reason`);
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]));
}
