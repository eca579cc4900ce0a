import { parseSync } from "libpg-query";
import type pg from "pg";

const PLANNED = ["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"];

/**
 * The plan of a statement with sample values, as JSON; null if statements of its kind are not planned. With values
 * instead of parameters: Citus cannot EXPLAIN many of the INSERT … SELECTs that it executes, nor say which shard a
 * parameter selects.
 */
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
    const plan = await client.query<{ "QUERY PLAN": unknown }>(
      `EXPLAIN (FORMAT JSON, COSTS OFF) ${withValues(text, (rows[0]?.types ?? []).map(sample))}`,
    );
    return plan.rows[0]?.["QUERY PLAN"];
  } finally {
    await client.query("DEALLOCATE planned");
  }
}

/** A statement with these values, as SQL, for its parameters. */
export const withValues = (text: string, values: readonly string[]): string =>
  text.replace(/\$(\d+)/g, (parameter, number) => (values[number - 1] ? `(${values[number - 1]})` : parameter));

/** One statement, and no command. A test may run what no parser accepts, to see it fail. */
function isPlanned(text: string): boolean {
  try {
    const { stmts = [] } = parseSync(text);
    return stmts.length === 1 && PLANNED.includes(Object.keys(stmts[0]?.stmt ?? {})[0] ?? "");
  } catch {
    return false;
  }
}
