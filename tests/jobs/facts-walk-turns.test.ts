import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { createStaleSearch, SEARCH_ROWS } from "@/lib/jobs/facts-walk";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeModelProject, makeTwoProjects } from "../identity/run";

/** People without facts, last seen a minute apart, the first of them longest ago. */
async function insertPeople({ id }: ProjectSettings, people: number): Promise<void> {
  await pool().query(
    `INSERT INTO profiles (project_id, id, display_id, created_at)
     SELECT $1, n, 'u' || n, now() FROM generate_series(1, $2::int) n`,
    [id, people],
  );
  await pool().query(
    `INSERT INTO profile_stats (project_id, profile_id, first_seen, last_seen, last_min, event_count)
     SELECT $1, n, t, t, date_trunc('minute', t), 1
       FROM generate_series(1, $2::int) n CROSS JOIN LATERAL (SELECT now() - ($2 - n) * interval '1 minute') s(t)`,
    [id, people],
  );
}

test("the walk over a large project does not delay the walk over a small one", async () => {
  const [large, small] = await makeTwoProjects(pool());
  await insertPeople(large, 5 * SEARCH_ROWS);
  // More than the newest, who are looked at in each turn.
  await insertPeople(small, 600);
  const search = createStaleSearch(pool());
  const found = { large: new Set<number>(), small: new Set<number>() };
  const step = async () => {
    for (const { projectId, people } of await search(Date.now())) {
      const seen = projectId === small.id ? found.small : found.large;
      if (projectId === small.id || projectId === large.id) for (const person of people) seen.add(person);
    }
  };
  for (let steps = 0; steps < 10 && !found.small.has(1); steps++) await step();
  expect(found.small).toContain(1);
  expect(found.large.size).toBeLessThan(3 * SEARCH_ROWS);
  for (let steps = 0; steps < 20 && found.large.size < 5 * SEARCH_ROWS; steps++) await step();
  expect(found.large.size).toBe(5 * SEARCH_ROWS);
  expect(found.small.size).toBe(600);
});

test("a deleted project leaves the walk, and a new one joins it", async () => {
  const [first, second] = [await makeModelProject(pool()), await makeModelProject(pool())];
  await insertPeople(first, 2);
  const search = createStaleSearch(pool());
  /** Of a few steps, as the large project of the other test takes turns, too. */
  const projectsFound = async () => {
    const ids = new Set<string>();
    for (let step = 0; step < 4; step++) for (const { projectId } of await search(Date.now())) ids.add(projectId);
    return ids;
  };
  expect(await projectsFound()).toContain(first.id);
  await pool().query("DELETE FROM projects WHERE id = $1", [first.id]);
  const third = await makeModelProject(pool());
  await insertPeople(second, 1);
  await insertPeople(third, 1);
  const ids = await projectsFound();
  expect(ids).toContain(second.id);
  expect(ids).toContain(third.id);
  expect(ids).not.toContain(first.id);
});
