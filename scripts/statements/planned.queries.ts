import { parseSync } from "libpg-query";
import type pg from "pg";

const PLANNED = ["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"];

/** The plan of a statement with sample values, as JSON; null: it is of a kind that is not planned. */
export async function explained(
  client: pg.Client,
  text: string,
  sample: (type: string, at: number) => string,
): Promise<unknown> {
  if (!isPlanned(text)) return null;
  await client.query(`PREPARE planned AS ${text}`);
  try {
    const { rows } = await client.query<{ types: string[] }>(
      "SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'planned'",
    );
    const values = (rows[0]?.types ?? []).map(sample).join(", ");
    const plan = await client.query<{ "QUERY PLAN": unknown }>(
      `EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE planned${values && `(${values})`}`,
    );
    return plan.rows[0]?.["QUERY PLAN"];
  } finally {
    await client.query("DEALLOCATE planned");
  }
}

/** One statement, and no command. A test may run what no parser accepts, to see it fail. */
function isPlanned(text: string): boolean {
  try {
    const { stmts = [] } = parseSync(text);
    return stmts.length === 1 && PLANNED.includes(Object.keys(stmts[0]?.stmt ?? {})[0] ?? "");
  } catch {
    return false;
  }
}
