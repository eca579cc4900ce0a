import sql, { type Sql } from "sql-template-tag";
import type { Database } from "@/lib/db/pool";

/** A plan as EXPLAIN (FORMAT JSON) shows it. Citus shows each shard's below its own, which expects nothing. */
type Plan = {
  "Plan Rows"?: number;
  "Distributed Query"?: { Job: { Tasks: { "Remote Plan": { Plan: Plan }[][] }[] } };
};
export type ExplainResult = { Plan: Plan }[];

/** The planner's estimate of the rows of `from`, which names one project: from statistics, no row is read. */
export async function expectedRows(db: Database, from: Sql): Promise<number> {
  const { rows } = await db.query<{ "QUERY PLAN": ExplainResult }>(sql`EXPLAIN (FORMAT JSON) SELECT 1 ${from}`);
  return rowsInPlan(rows[0]?.["QUERY PLAN"] ?? []);
}

/** What the planner expects, on Citus the planner of the node that has the shard. */
export function rowsInPlan([explained]: ExplainResult): number {
  const remote = explained?.Plan["Distributed Query"]?.Job.Tasks[0]?.["Remote Plan"][0];
  return remote ? rowsInPlan(remote) : (explained?.Plan["Plan Rows"] ?? 0);
}
