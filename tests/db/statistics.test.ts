import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { analyzeYoungTables } from "@/lib/db/statistics.store";
import { onNodes, unsharded } from "../support/citus";

/** Added up over the nodes of a Citus, and the shards there. */
const total = async (text: string) =>
  (await onNodes<{ n: number | null }>(text)).reduce((sum, { n }) => sum + Number(n ?? 0), 0);
const counted = () =>
  total(
    `SELECT sum(greatest(reltuples, 0))::float8 AS n FROM pg_class
      WHERE relkind = 'r' AND ${unsharded("relname")} = 'identities'`,
  );
const changed = () =>
  total(
    `SELECT sum(n_mod_since_analyze)::float8 AS n FROM pg_stat_user_tables WHERE ${unsharded("relname")} = 'identities'`,
  );

test("a table is analyzed when it has outgrown its statistics, and then left alone", async () => {
  const insert = (rows: number) =>
    pool().query(
      "INSERT INTO identities (project_id, kind, ext_id, stream_class) SELECT $1, 'a', n::text, 'sdk' FROM generate_series(1, $2::int) n",
      [randomUUID(), rows],
    );
  /** A connection's writes reach the catalogue about a second later, if it is used then. */
  const awaitChanged = (rows: number) =>
    vi.waitFor(async () => {
      await pool().query("SELECT count(*) FROM identities");
      expect(await changed()).toBe(rows);
    }, 30_000);
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
