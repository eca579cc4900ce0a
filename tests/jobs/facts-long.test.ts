import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { startFacts } from "@/lib/jobs/facts";
import { longHistories } from "@/lib/profiles/facts/long-histories.queries";
import { markStale } from "@/lib/profiles/facts/stale-people";

/** People 1 to `count`, the first `long` of them with a million events by their numbers. */
async function people(count: number, long: number): Promise<string> {
  const projectId = newId();
  await pool().query(
    `WITH people AS (SELECT i FROM generate_series(1, $2::int) i),
     u AS (INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at) SELECT $1, i, 'u', 'user-' || i, i, now() FROM people),
     t AS (INSERT INTO profile_stats (project_id, profile_id, event_count) SELECT $1, i, CASE WHEN i <= $3 THEN 1000000 ELSE 1 END FROM people)
     INSERT INTO profiles (project_id, id, display_id, created_at) SELECT $1, i, 'user-' || i, now() FROM people`,
    [projectId, count, long],
  );
  await pool().query(
    "INSERT INTO identities (project_id, id, kind, ext_id, stream_class) VALUES ($1, 900, 'a', 'd', 'sdk')",
    [projectId],
  );
  await pool().query("INSERT INTO spans (project_id, stream_id, event_count) VALUES ($1, 900, 60000)", [projectId]);
  return projectId;
}

test("long histories are recognised by the stats of people and visitors", async () => {
  const projectId = await people(5, 2);
  const everybody = [1, 2, 3, 4, 5, -900, -901];
  expect(await longHistories(pool(), projectId, everybody, 50_000)).toEqual(new Set([1, 2, -900]));
  expect(await longHistories(pool(), newId(), everybody, 50_000)).toEqual(new Set());
});

test("people with long histories are processed separately: the others first, then one at a time", async () => {
  const projectId = await people(20, 3);
  const facts = startFacts();
  markStale(
    projectId,
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
  const known = async () =>
    (
      await pool().query<{ person: number }>("SELECT person FROM profile_facts WHERE project_id = $1 ORDER BY person", [
        projectId,
      ])
    ).rows.map((row) => row.person);
  try {
    const seen = await vi.waitFor(
      async () => {
        const rows = await known();
        expect(rows).toContain(20);
        return rows;
      },
      { timeout: 30_000, interval: 5 },
    );
    expect(seen.filter((person) => person <= 3).length).toBeLessThanOrEqual(1);
    await vi.waitFor(async () => expect(await known()).toHaveLength(20), { timeout: 30_000 });
  } finally {
    await facts.stop();
  }
});
