import { expect, test } from "vitest";
import { createPool, type Pool, pool } from "@/lib/db/pool";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshFacts } from "@/lib/jobs/facts";
import { makeModelProject } from "../identity/run";
import { onCitus } from "../support/citus";
import { described, makeEvent, START } from "./support";

const PEOPLE = 5;
const EVENTS_EACH = 60;

/** Index entries of accounts that are read per event to compute five people's facts, beside `others` more accounts. */
async function entriesReadBeside(db: Pool, others: number): Promise<number> {
  const project = await makeModelProject(pool());
  const users = Array.from({ length: PEOPLE }, (_, i) => `u${i}`);
  await applyBatch(db, project, [
    ...Array.from({ length: others }, (_, i) => described(0, `other${i}`, { name: `Other ${i}` })),
    ...users.flatMap((user) =>
      Array.from({ length: EVENTS_EACH }, (_, i) => makeEvent(i + 1, { user, groups: [`of ${user}`] })),
    ),
  ]);
  const { rows } = await db.query<{ id: number }>("SELECT id FROM profiles WHERE project_id = $1", [project.id]);
  const before = await entriesRead(db);
  await refreshFacts(
    db,
    project.id,
    rows.map(({ id }) => id),
    START,
  );
  const read = (await entriesRead(db)) - before;
  const stored = await db.query<{ events: number }>(
    "SELECT sum(events)::int AS events FROM account_people WHERE project_id = $1",
    [project.id],
  );
  expect(stored.rows[0]?.events).toBe(PEOPLE * EVENTS_EACH);
  return read / (PEOPLE * EVENTS_EACH);
}

async function entriesRead(db: Pool): Promise<number> {
  await db.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await db.query<{ read: number }>(
    `SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'accounts')::float8
            + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'accounts')::float8 AS read`,
  );
  return rows[0]?.read ?? 0;
}

// A second attempt would find other statistics.
test("an event's accounts are looked up by their ids, however many others there are", { retry: 0 }, async ({
  skip,
}) => {
  skip(onCitus(), "reads are counted on the node of one connection, and a worker's are not on ours");
  await pool().query("ALTER TABLE accounts SET (autovacuum_enabled = off)");
  await pool().query("ANALYZE"); // while accounts is empty, as in a new instance
  const one = createPool(process.env.DATABASE_URL as string, 1);
  try {
    // 14; 776 if each event is joined with all accounts.
    expect(await entriesReadBeside(one, 400)).toBeLessThan(50);
  } finally {
    await one.end();
  }
});
