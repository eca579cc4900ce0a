import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { analyzeYoungTables } from "@/lib/db/statistics.store";

const one = async (text: string) => Object.values((await pool().query(text)).rows[0] ?? {})[0];
const counted = () => one("SELECT reltuples FROM pg_class WHERE oid = 'identities'::regclass");
const changed = () => one("SELECT n_mod_since_analyze FROM pg_stat_user_tables WHERE relname = 'identities'");

test("a table is analyzed when it has outgrown its statistics, and then left alone", async () => {
  const insert = (rows: number) =>
    pool().query(
      "INSERT INTO identities (project_id, kind, ext_id, stream_class) SELECT $1, 'a', n::text, 'sdk' FROM generate_series(1, $2::int) n",
      [randomUUID(), rows],
    );
  /** A connection's writes reach the catalogue about a second later. */
  const awaitChanged = (rows: number) => vi.waitFor(async () => expect(await changed()).toBe(rows), 10_000);
  await pool().query("ALTER TABLE identities SET (autovacuum_enabled = false)"); // which would be first, once in a while
  await insert(2_000);
  await awaitChanged(2_000);
  await analyzeYoungTables(pool());
  expect(await counted()).toBe(2_000);
  await insert(1_000);
  await awaitChanged(1_000);
  await analyzeYoungTables(pool());
  expect(await counted()).toBe(2_000);
});
