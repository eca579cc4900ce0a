import { expect, test } from "vitest";
import { createPool, type Pool, pool } from "@/lib/db/pool";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshFacts } from "@/lib/jobs/facts";
import { completeStates } from "@/lib/jobs/lifecycle";
import { sweepSignUps } from "@/lib/jobs/sign-ups";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeModelProject } from "../identity/run";
import { onCitus } from "../support/citus";
import { makeOperation } from "../support/operation";

const NOW = Date.now();

/** Stores an event of each of `size` visitors and `size` logged-in people seen now; returns them as the job counts. */
async function seen(project: ProjectSettings, size: number, name = "screen_view", db = pool()): Promise<number[]> {
  const of = (who: { anon: string; user?: string }) => makeOperation({ ts: NOW, receivedAt: NOW, name, ...who });
  await applyBatch(
    db,
    project,
    Array.from({ length: size }, (_, i) => [of({ anon: `v${i}` }), of({ anon: `d${i}`, user: `u${i}` })]).flat(),
  );
  const { rows } = await pool().query<{ person: number }>(
    `SELECT id AS person FROM profiles WHERE project_id = $1
      UNION ALL
     SELECT -stream_id FROM spans WHERE project_id = $1 AND owner_id IS NULL`,
    [project.id],
  );
  return rows.map(({ person }) => person);
}

/** How often the rows of profile_facts were updated meanwhile, by person. */
async function updatesDuring(project: ProjectSettings, work: () => Promise<unknown>): Promise<Map<number, number>> {
  await pool().query(`
    CREATE TABLE fact_updates (project_id uuid, person bigint);
    CREATE FUNCTION note_update() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO fact_updates VALUES (new.project_id, new.person); RETURN NULL; END $$;
    CREATE TRIGGER note_update AFTER UPDATE ON profile_facts FOR EACH ROW EXECUTE FUNCTION note_update()`);
  try {
    await work();
    const { rows } = await pool().query<{ person: number; times: number }>(
      "SELECT person, count(*)::int AS times FROM fact_updates WHERE project_id = $1 GROUP BY person",
      [project.id],
    );
    return new Map(rows.map(({ person, times }) => [person, times]));
  } finally {
    await pool().query("DROP FUNCTION note_update() CASCADE; DROP TABLE fact_updates");
  }
}

test("the facts of people seen for the first time are written once, those of people who return once more", async ({
  skip,
}) => {
  skip(onCitus(), "a trigger on a shard cannot write to the test's table");
  const project = await makeModelProject(pool());
  const people = await seen(project, 5);
  expect(people).toHaveLength(10);
  expect(await updatesDuring(project, () => refreshFacts(pool(), project.id, people, NOW))).toEqual(new Map());
  const { rows } = await pool().query(
    `SELECT DISTINCT anonymous, state, sign_up AS by, signed_up_at AS at, known_since AS since
       FROM profile_facts WHERE project_id = $1 ORDER BY anonymous`,
    [project.id],
  );
  expect(rows).toEqual([
    { anonymous: false, state: "new", by: "existing", at: null, since: NOW },
    { anonymous: true, state: "new", by: null, at: null, since: null },
  ]);
  await seen(project, 5, "clicked");
  const again = await updatesDuring(project, () => refreshFacts(pool(), project.id, people, NOW));
  expect(again).toEqual(new Map(people.map((person) => [person, 1])));
});

test("what a first row guesses is corrected: people who signed up, the own team, and people of long ago", async () => {
  const project = await makeModelProject(pool());
  await pool().query("UPDATE projects SET internal_people = '{u1}' WHERE id = $1", [project.id]);
  const people = await seen(project, 2, "Signed Up");
  await applyBatch(pool(), project, [
    makeOperation({ ts: NOW - 20 * 86_400_000, receivedAt: NOW, name: "screen_view", anon: "v1" }),
  ]);
  await refreshFacts(pool(), project.id, people, NOW);
  const { rows } = await pool().query(
    "SELECT handle, state, sign_up AS by, signed_up_at AS at FROM profile_facts WHERE project_id = $1 ORDER BY handle",
    [project.id],
  );
  expect(rows).toEqual([
    { handle: "u0", state: "new", by: "event", at: NOW },
    { handle: "u1", state: null, by: "event", at: NOW },
    { handle: "v0", state: "new", by: null, at: null },
    { handle: "v1", state: expect.not.stringMatching(/^new$/), by: null, at: null },
  ]);
});

const PASSES: [string, (db: Pool, projectId: string, people: number[]) => Promise<unknown>][] = [
  ["the facts job", (db, projectId, people) => refreshFacts(db, projectId, people, NOW)],
  ["the sweep of sign-ups", (db, projectId) => sweepSignUps(db, projectId, NOW)],
  ["the sweep of states", (db, projectId) => completeStates(db, projectId, NOW)],
];

test("in a project that statistics do not know yet, each pass reads as much per person however many there are", async ({
  skip,
}) => {
  skip(onCitus(), "reads are counted on the node of one connection, and a worker's are not on ours");
  // Only we analyze: with statistics of some tables from the middle of the test, small ones are read whole.
  for (const table of ["events", "identities", "profile_facts", "profile_stats", "profiles", "sessions", "spans"])
    await pool().query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  const known = await makeModelProject(pool());
  await seen(known, 300);
  await pool().query("ANALYZE");
  const one = createPool(process.env.DATABASE_URL as string, 1);
  try {
    const [few, many] = [await readFor(one, 50), await readFor(one, 400)];
    for (const [i, [name]] of PASSES.entries()) {
      const [ofFew, ofMany] = [few[i] as number, many[i] as number];
      expect(ofFew, name).toBeGreaterThan(0);
      // Eight times as much, if everybody were read for each.
      expect(ofMany / ofFew, name).toBeLessThan(4);
    }
  } finally {
    await one.end();
  }
});

/** Index entries that each pass reads for each of the people of a new project. */
async function readFor(db: Pool, size: number): Promise<number[]> {
  const project = await makeModelProject(pool());
  // On the same connection: another's reads would be counted up to a second later, as if they were of the passes.
  const people = await seen(project, size, "screen_view", db);
  const read: number[] = [];
  for (const [, run] of PASSES) {
    const before = await entriesRead(db);
    await run(db, project.id, people);
    read.push(((await entriesRead(db)) - before) / people.length);
  }
  return read;
}

async function entriesRead(db: Pool): Promise<number> {
  await db.query("SELECT pg_stat_force_next_flush()");
  const { rows } = await db.query<{ read: number }>(
    `SELECT sum(idx_tup_read)::float8 AS read FROM pg_stat_user_indexes
      WHERE relname IN ('profile_facts', 'profiles', 'identities', 'spans')`,
  );
  return rows[0]?.read ?? 0;
}
