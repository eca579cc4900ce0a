import { expect } from "vitest";
import { pool } from "@/lib/db/pool";

/** Every table's rows that contain a text, and what Postgres' own statistics keep of them. */
export async function tracesOf(text: string): Promise<string[]> {
  const { rows: tables } = await pool().query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
  );
  expect(tables.length).toBeGreaterThan(40);
  const traces: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool().query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${name} t WHERE strpos(t::text, $1) > 0`,
      [text],
    );
    if (rows[0]?.n) traces.push(name);
  }
  const { rows: known } = await pool().query<{ at: string }>(
    `SELECT tablename || '.' || attname AS at FROM pg_stats
      WHERE schemaname = current_schema()
        AND strpos(concat(most_common_vals, histogram_bounds, most_common_elems), $1) > 0`,
    [text],
  );
  return [...traces, ...known.map(({ at }) => `statistics of ${at}`)].sort();
}
