import { expect } from "vitest";
import { pool } from "@/lib/db/pool";
import { wordsInStatistics } from "./statistics";

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
  const kept = (await wordsInStatistics([text])).filter(({ schema }) => schema === "public");
  return [...traces, ...new Set(kept.map(({ table, column }) => `statistics of ${table}.${column}`))].sort();
}
