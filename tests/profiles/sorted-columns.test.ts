import { afterEach, expect, test } from "vitest";
import { pool, transaction } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { maintainColumns, recordShownColumns } from "@/lib/jobs/columns";
import { refreshAllFacts, refreshFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { sortedColumnId } from "@/lib/profiles/list/sorted-columns.store";
import { eraseProfiles } from "@/lib/profiles/profiles.store";
import type { Sort } from "@/lib/profiles/types";
import { grantScope } from "@/lib/scope";
import { insertWorld, randomWorld } from "../timeline/reads-world";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1, 12);
const BY_PLAN: Sort = { by: { property: "plan" }, order: "asc" };

afterEach(() => pool().query("DELETE FROM sorted_columns"));

const all = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await pool().query(text, values)).rows;

/** A project of people 1 to `count` with the listed and sorted values, without any history. */
async function project(count: number, props: (i: number) => object = (i) => ({ plan: `plan ${i}` })) {
  const projectId = newId();
  await pool().query(
    `WITH people AS (SELECT i, p FROM unnest($2::bigint[], $3::jsonb[]) q(i, p)),
     u AS (INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at, event_count)
       SELECT $1, i, 'u', 'user-' || i, i, now(), 0 FROM people),
     t AS (INSERT INTO profile_stats (project_id, profile_id, event_count) SELECT $1, i, 0 FROM people)
     INSERT INTO profiles (project_id, id, display_id, props, created_at) SELECT $1, i, 'user-' || i, p, now() FROM people`,
    [
      projectId,
      Array.from({ length: count }, (_, i) => i + 1),
      Array.from({ length: count }, (_, i) => JSON.stringify(props(i + 1))),
    ],
  );
  await pool().query("ANALYZE identities, profiles, profile_stats"); // as autovacuum does after so many rows
  await refreshAllFacts(pool(), projectId, NOW);
  await pool().query("ANALYZE profile_facts");
  return { projectId, scope: grantScope(projectId, "system:test") };
}

const valuesOf = async (projectId: string) =>
  (
    await all(
      "SELECT c.key, v.person, v.value FROM profile_values v JOIN sorted_columns c ON c.project_id = v.project_id AND c.id = v.column_id WHERE v.project_id = $1 ORDER BY c.key, v.person",
      [projectId],
    )
  ).map(({ key, person, value }) => [key, person, value]);

test.each([
  ["5", "5"],
  ["1.5e2", "150"],
  ["true", "true"],
  ['"Zebra"', '"zebra"'],
  [`"${"Ab".repeat(40)}"`, `"${"ab".repeat(32)}"`],
  ['"2026-03-01"', '"2026-03-01t00:00:00.000000z"'],
  ['"2026-03-01T01:00:00+02:00"', '"2026-02-28t23:00:00.000000z"'],
  ['"2026-13-01"', '"2026-13-01"'],
  ['["b", "A", 3]', '"b, a, 3"'],
  ['{"a": 1}', '"{\\"a\\": 1}"'],
  ["null", null],
  [null, null],
])("%s is ordered as %s", async (value, sorted) => {
  expect((await all("SELECT sort_value($1::jsonb)::text AS value", [value]))[0]?.value).toBe(sorted);
});

test("a column is kept after the first sort by it, and used once it is complete", async () => {
  const { projectId, scope } = await project(6_000);
  const order = async () => (await listProfiles(scope, { sort: BY_PLAN, limit: 5 })).rows.map(({ ref }) => ref);
  const before = await order();
  expect(before).toEqual(["u:user-1", "u:user-10", "u:user-100", "u:user-1000", "u:user-1001"]);
  expect(await maintainColumns(pool(), NOW, projectId)).toBe(true);
  expect(await sortedColumnId(scope, "p:plan", NOW), "halfway").toBeNull();
  while (await maintainColumns(pool(), NOW, projectId));
  expect(await sortedColumnId(scope, "p:plan", NOW)).toEqual(expect.any(Number));
  expect(await sortedColumnId(grantScope(newId(), "system:test"), "p:plan", NOW), "of another project").toBeNull();
  expect((await valuesOf(projectId)).length).toBe(6_000);
  expect(await order()).toEqual(before);
});

test("values follow the people: changed, removed, new, deleted", async () => {
  const { projectId, scope } = await project(4);
  await sortedColumnId(scope, "p:plan", NOW);
  await sortedColumnId(scope, "userId", NOW);
  while (await maintainColumns(pool(), NOW, projectId));
  await pool().query(
    `UPDATE profiles SET props = CASE WHEN id = 1 THEN '{"plan": 7}' ELSE '{}' END::jsonb WHERE project_id = $1 AND id IN (1, 2)`,
    [projectId],
  );
  await pool().query("DELETE FROM profiles WHERE project_id = $1 AND id = 3", [projectId]);
  await pool().query(
    `WITH u AS (INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at) VALUES ($1, 5, 'u', 'user-5', 5, now())),
       t AS (INSERT INTO profile_stats (project_id, profile_id) VALUES ($1, 5))
     INSERT INTO profiles (project_id, id, display_id, props, created_at) VALUES ($1, 5, 'user-5', '{"plan": ["B", "c"]}', now())`,
    [projectId],
  );
  await refreshFacts(pool(), projectId, [1, 2, 3, 5], NOW);
  const written = [
    ["p:plan", 1, 7],
    ["p:plan", 4, "plan 4"],
    ["p:plan", 5, "b, c"],
    ["userId", 1, "user-1"],
    ["userId", 2, "user-2"],
    ["userId", 4, "user-4"],
    ["userId", 5, "user-5"],
  ];
  expect(await valuesOf(projectId)).toEqual(written);
  const versions = () =>
    all("SELECT xmin::text FROM profile_values WHERE project_id = $1 ORDER BY column_id, person", [projectId]);
  const before = await versions();
  await refreshFacts(pool(), projectId, [1, 2, 4, 5], NOW);
  expect(await versions(), "what did not change is not written again").toEqual(before);
  await transaction(pool(), (tx) => eraseProfiles(tx, projectId, { profileIds: [], people: [1, 5] }));
  expect((await valuesOf(projectId)).map(([, person]) => person)).toEqual([4, 2, 4]);
});

test("values that a crash left unwritten are found within a week", async () => {
  const { projectId, scope } = await project(3);
  await sortedColumnId(scope, "p:plan", NOW);
  while (await maintainColumns(pool(), NOW, projectId));
  await pool().query(`UPDATE profiles SET props = '{"plan": "new"}' WHERE project_id = $1 AND id = 2`, [projectId]);
  expect(await maintainColumns(pool(), NOW + 7 * DAY_MS, projectId)).toBe(false);
  while (await maintainColumns(pool(), NOW + 8 * DAY_MS, projectId));
  expect(await valuesOf(projectId)).toContainEqual(["p:plan", 2, "new"]);
});

test("a column unused for a month is dropped, and one used again meanwhile is rebuilt", async () => {
  const { projectId, scope } = await project(5_500);
  await sortedColumnId(scope, "p:plan", NOW);
  while (await maintainColumns(pool(), NOW, projectId));
  await pool().query("ANALYZE profile_values");
  const later = NOW + 31 * DAY_MS;
  expect(await maintainColumns(pool(), later, projectId), "one step of dropping").toBe(true);
  expect((await valuesOf(projectId)).length).toBe(500);
  expect(await sortedColumnId(scope, "p:plan", later), "no longer used").toBeNull();
  while (await maintainColumns(pool(), later, projectId));
  expect((await valuesOf(projectId)).length).toBe(5_500);
  const muchLater = later + 31 * DAY_MS;
  while (await maintainColumns(pool(), muchLater, projectId));
  expect(await all("SELECT 1 FROM profile_values WHERE project_id = $1", [projectId])).toEqual([]);
  expect(await all("SELECT 1 FROM sorted_columns WHERE project_id = $1", [projectId])).toEqual([]);
});

test("a project keeps at most 24 columns, and lists still sort by others", async () => {
  const { projectId, scope } = await project(3);
  for (let i = 0; i < 30; i++) await sortedColumnId(scope, `p:key ${i}`, NOW);
  expect((await all("SELECT 1 FROM sorted_columns WHERE project_id = $1", [projectId])).length).toBe(24);
  await sortedColumnId(scope, `p:${"x".repeat(300)}`, NOW);
  const { rows } = await listProfiles(scope, { sort: BY_PLAN, limit: 5 });
  expect(rows.map(({ ref }) => ref)).toEqual(["u:user-1", "u:user-2", "u:user-3"]);
  await sortedColumnId(scope, "p:key 3", NOW + DAY_MS);
  expect(
    await all("SELECT wanted_on::text AS day FROM sorted_columns WHERE project_id = $1 AND key = 'p:key 3'", [
      projectId,
    ]),
  ).toEqual([{ day: "2026-06-02" }]);
});

test("columns that members show are kept before anybody sorts by them", async () => {
  const { projectId } = await project(2);
  const [member, organization] = [newId(), newId()];
  await pool().query("INSERT INTO members (id, email, name, password_hash) VALUES ($1, $2, 'Ada', '')", [
    member,
    `${member}@x.example`,
  ]);
  await pool().query("INSERT INTO organizations (id, name) VALUES ($1, 'o')", [organization]);
  await pool().query("INSERT INTO projects (id, organization_id, name, identify_secret) VALUES ($1, $2, 'p', 's')", [
    projectId,
    organization,
  ]);
  await pool().query(
    "INSERT INTO member_views (member_id, project_id, screen, settings) VALUES ($1, $2, 'users', $3)",
    [
      member,
      projectId,
      JSON.stringify({ columns: ["lastSeen", "country", "p:plan", "p:", "nonsense"], pinned: [], widths: {} }),
    ],
  );
  await recordShownColumns(NOW);
  await recordShownColumns(NOW + DAY_MS);
  expect(
    await all("SELECT key, wanted_on::text AS day FROM sorted_columns WHERE project_id = $1 ORDER BY key", [projectId]),
  ).toEqual([
    { key: "country", day: "2026-06-02" },
    { key: "p:plan", day: "2026-06-02" },
  ]);
});

test("visitors and people have a value in a kept column exactly if their row shows one", async () => {
  const world = randomWorld(11);
  await insertWorld(pool(), world);
  await refreshAllFacts(pool(), world.projectId);
  const scope = grantScope(world.projectId, "system:test");
  for (const key of ["userId", "source"]) await sortedColumnId(scope, key, Date.now());
  while (await maintainColumns(pool(), Date.now(), world.projectId));
  const { rows } = await listProfiles(scope, { limit: 1_000 });
  const shown =
    rows.filter(({ identified }) => identified).length + rows.filter(({ source }) => source !== null).length;
  expect((await valuesOf(world.projectId)).length).toBe(shown);
  expect(shown).toBeGreaterThan(1);
});
