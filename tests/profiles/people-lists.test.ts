import { expect, test } from "vitest";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { exportColumns, exportCsv } from "@/lib/export/people";
import { maintainColumns } from "@/lib/jobs/columns";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { Json } from "@/lib/json";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import {
  type ListProfilesOptions,
  type ProfileSummary,
  SORT_COLUMNS,
  type Sort,
  TABS,
  TEXT_SORTS,
} from "@/lib/profiles/types";
import { grantScope, type Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Rule } from "@/lib/segments/rule";
import { someCases } from "../support/cases";
import { parseCsv } from "../support/csv";
import { everyone, insertWorld, randomFrom, randomWorld, type World } from "../timeline/reads-world";

const scopeOf = (world: World) => grantScope(world.projectId, "system:test");
const SORTS: Sort[] = [...SORT_COLUMNS, { property: "seats" }].flatMap((by): Sort[] => [
  { by, order: "asc" },
  { by, order: "desc" },
]);

/** The value a sort uses, as the row shows it; null: no value. */
function sortValue(row: ProfileSummary, by: Sort["by"]): unknown {
  if (typeof by === "object") return asSorted(row.properties[by.property]);
  switch (by) {
    case "name":
      return row.identified ? (row.name ?? row.email ?? row.userIds[0])?.toLowerCase() : null;
    case "userId":
      return row.identified ? asSorted(row.ref.slice(2)) : null;
  }
  const column: Column = PEOPLE_COLUMNS.find(({ key }) => key === by) as Column;
  const value = (column.from === "facts" ? row.facts : row)?.[(column.field ?? by) as never] as Json | undefined;
  return column.kind === "time" || column.kind === "number" ? value : asSorted(value);
}

/** Texts case-insensitively and by their first 64 characters, moments in UTC, lists by their words. */
function asSorted(value: Json | undefined): unknown {
  if (Array.isArray(value)) return value.join(", ").toLowerCase().slice(0, 64);
  if (typeof value !== "string") return value ?? null;
  if (/^\d{4}-/.test(value)) return `${new Date(value).toISOString().slice(0, -1).toLowerCase()}000z`;
  return value.toLowerCase().slice(0, 64);
}

const rank = (value: unknown) => (typeof value === "boolean" ? 2 : typeof value === "number" ? 1 : 0);
const compare = (a: unknown, b: unknown): number =>
  rank(a) - rank(b) || ((a as number) < (b as number) ? -1 : a === b ? 0 : 1);

/** More people than a world has, with similar values: ties in every column, values of every type, and missing ones. */
async function worldOfTies(seed: number): Promise<World> {
  const world = randomWorld(seed);
  await insertWorld(pool(), world);
  const pick = randomFrom(seed);
  const one = <T>(values: readonly T[]): T => values[pick(values.length)] as T;
  for (let i = 0; i < 12; i++) {
    const context = JSON.stringify({
      country: one(["DE", "NO", undefined]),
      browser: one(["Chrome", undefined]),
      utmSource: one(["x", "Y", undefined]),
      utmMedium: one(["cpc", "E-mail", undefined]),
      utmCampaign: one(["Spring", "autumn", undefined]),
      referrer: one(["https://b.example/", "https://A.example/", undefined]),
    });
    await pool().query(
      `WITH u AS (INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at, first_seen, last_seen, event_count)
         VALUES ($1, $2::bigint, 'u', 'tie-' || $2, $2, $3, $3, $4, $5)),
       p AS (INSERT INTO profiles (project_id, id, display_id, name, props, search_text, created_at) VALUES ($1, $2, 'tie-' || $2, $6, $7, 'tie-' || $2, $3)),
       s AS (INSERT INTO profile_stats VALUES ($1, $2, $3, $4, date_trunc('minute', $4::timestamptz, 'UTC'), $5))
       INSERT INTO sessions (project_id, session_id, actor_id, started_at, started_id, ended_at, event_count, context)
       SELECT $1, gen_random_uuid(), $2, $3, gen_random_uuid(), $3, 1, $8 FROM generate_series(1, $9::int)`,
      [
        world.projectId,
        1_000 + i,
        new Date(1_760_000_000_000 + pick(2) * 1000),
        one([null, new Date(1_770_000_000_000)]),
        pick(3),
        one([null, "Ada", "bob"]),
        JSON.stringify(
          one([
            {},
            { seats: 5 },
            { seats: 10 },
            { seats: "many" },
            { seats: "Few" },
            { seats: true },
            { seats: false },
            { seats: "2026-02-01T01:00:00+02:00" },
            { seats: "2026-01-31T23:30:00Z" },
            { seats: ["b", "A"] },
            { seats: ["a", "c"] },
            { seats: `${"x".repeat(64)}y` },
            { seats: `${"X".repeat(64)}a` },
          ]),
        ),
        context,
        pick(3),
      ],
    );
  }
  return world;
}

/** Every order, as a whole and page by page. */
async function checkOrders(world: World, at: string): Promise<string[][]> {
  const scope = scopeOf(world);
  const all = everyone(world).length + 12;
  const orders: string[][] = [];
  for (const sort of SORTS) {
    const where = `${at}, ${JSON.stringify(sort)}`;
    const whole = (await listProfiles(scope, { sort, limit: 1_000 })).rows;
    expect(new Set(whole.map((row) => row.ref)).size, where).toBe(all);
    expect(whole, where).toHaveLength(all);
    const values = whole.map((row) => sortValue(row, sort.by));
    const some = values.filter((value) => value !== null);
    expect(values.slice(0, some.length), where).toEqual(some);
    const sorted = [...some].sort(compare);
    expect(some, where).toEqual(sort.order === "asc" ? sorted : sorted.reverse());
    const paged: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { rows, next } = await listProfiles(scope, { sort, limit: 7, cursor });
      paged.push(...rows.map((row) => row.ref));
      if (next === null) break;
      cursor = next;
    }
    expect(paged, where).toEqual(whole.map((row) => row.ref));
    orders.push(paged);
  }
  return orders;
}

test("every order lists everybody once, page by page, sorted, those without a value last; with or without sorted copies", async () => {
  for (let seed = 0; seed < someCases(2, 3); seed++) {
    const world = await worldOfTies(seed);
    await refreshAllFacts(pool(), world.projectId);
    const found = await checkOrders(world, `seed ${seed}, found by reading everybody`);
    while (await maintainColumns(pool(), Date.now(), world.projectId));
    const { rows } = await pool().query(
      "SELECT count(*) FILTER (WHERE filled_on IS NOT NULL)::int AS n FROM sorted_columns WHERE project_id = $1",
      [world.projectId],
    );
    expect(rows[0]?.n).toBe(TEXT_SORTS.length + 1);
    expect(await checkOrders(world, `seed ${seed}, kept`)).toEqual(found);
  }
}, 240_000);

test("with a rule, a search and in each tab, sorted copies give the same order as reading everybody", async () => {
  const rules: Rule[] = [
    { kind: "and", of: [{ kind: "count", field: "events", is: "atLeast", n: 1 }] },
    {
      kind: "and",
      of: [{ kind: "did", event: "screen_view", where: [], is: "atLeast", n: 1, window: { ever: true } }],
    },
    {
      kind: "and",
      of: [{ kind: "did", event: "screen_view", where: [], is: "exactly", n: 0, window: { ever: true } }],
    },
    { kind: "and", of: [{ kind: "property", key: "seats", type: "any", is: "set" }] },
  ];
  const sorts = SORTS.filter(({ by }) => typeof by === "object" || by === "country");
  for (const seed of [2, 5]) {
    const world = await worldOfTies(seed);
    await refreshAllFacts(pool(), world.projectId);
    const scope = scopeOf(world);
    const lists = async () => {
      const found: string[][] = [];
      for (const sort of sorts) {
        for (const tab of TABS) found.push((await paged(scope, { sort, tab })).map(({ ref }) => ref));
        for (const rule of rules)
          found.push((await paged(scope, { sort, filter: await compileRule(scope, rule) })).map(({ ref }) => ref));
        found.push((await paged(scope, { sort, search: "tie" })).map(({ ref }) => ref));
      }
      return found;
    };
    const before = await lists();
    while (await maintainColumns(pool(), Date.now(), world.projectId));
    expect(await lists(), `seed ${seed}`).toEqual(before);
    expect(before.some((refs) => refs.length > 5)).toBe(true);
  }
}, 60_000);

async function paged(scope: Scope, options: Omit<ListProfilesOptions, "limit">): Promise<ProfileSummary[]> {
  const all: ProfileSummary[] = [];
  for (let cursor: string | undefined; ; ) {
    const { rows, next } = await listProfiles(scope, { ...options, limit: 7, cursor });
    all.push(...rows);
    if (next === null) return all;
    cursor = next;
  }
}

test("an export has the list's people in its order, with all their user ids", async () => {
  for (const seed of [1, 4]) {
    const world = await worldOfTies(seed);
    await refreshAllFacts(pool(), world.projectId);
    const scope = scopeOf(world);
    for (const sort of SORTS) {
      const { rows } = await listProfiles(scope, { sort, limit: 1_000 });
      const file = parseCsv(await (await exportCsv(scope, { sort }, exportColumns("ref,userId"))).text()).slice(1);
      const at = `seed ${seed}, ${JSON.stringify(sort)}`;
      // The live list breaks ties among visitors the other way around.
      const order = (all: string[]) => (sort.by === "lastSeen" && sort.order === "desc" ? [...all].sort() : all);
      expect(order(file.map(([ref = ""]) => ref)), at).toEqual(order(rows.map(({ ref }) => ref)));
      const ids = new Map(file.map(([ref, userIds]) => [ref, userIds?.split(", ").filter(Boolean).sort()]));
      for (const row of rows) expect(ids.get(row.ref), at).toEqual([...row.userIds].sort());
    }
    for (const tab of TABS) {
      const { rows } = await listProfiles(scope, { tab, limit: 1_000 });
      const file = parseCsv(await (await exportCsv(scope, { tab }, exportColumns("ref,why,activeDays30"))).text());
      expect(
        file
          .slice(1)
          .map(([ref]) => ref)
          .sort(),
        tab,
      ).toEqual(rows.map(({ ref }) => ref).sort());
    }
  }
}, 60_000);

test("a tab's count equals its list, and nobody of another project is in it", async () => {
  const world = await worldOfTies(77);
  await refreshAllFacts(pool(), world.projectId);
  const other = grantScope(randomWorld(5).projectId, "system:test");
  for (const tab of TABS) {
    const { rows } = await listProfiles(scopeOf(world), { tab, sort: { by: "events", order: "desc" }, limit: 1_000 });
    expect(await countPeople(scopeOf(world), { tab }), tab).toEqual({ count: rows.length, exact: true });
    expect((await listProfiles(other, { tab, sort: { by: "events", order: "desc" }, limit: 10 })).rows).toEqual([]);
    expect(await countPeople(other, { tab })).toEqual({ count: 0, exact: true });
  }
});

test("a cursor of another order, or a forged one, is rejected, naming the parameter", async () => {
  const world = await worldOfTies(3);
  await refreshAllFacts(pool(), world.projectId);
  const scope = scopeOf(world);
  const { next } = await listProfiles(scope, { sort: { by: "events", order: "desc" }, limit: 1 });
  const forged = JSON.parse(Buffer.from(next as string, "base64url").toString());
  forged[2] = ["no number"];
  for (const options of [
    { sort: { by: "events", order: "asc" }, cursor: next },
    { sort: { by: "sessions", order: "desc" }, cursor: next },
    { sort: { by: "events", order: "desc" }, cursor: Buffer.from(JSON.stringify(forged)).toString("base64url") },
  ] as { sort: Sort; cursor: string }[]) {
    const refused = await listProfiles(scope, { ...options, limit: 1 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect(refused).toMatchObject({ code: "bad_request", field: "cursor" });
  }
});

test("a deleted person is not shown, even while their facts still exist", async () => {
  const world = await worldOfTies(9);
  await refreshAllFacts(pool(), world.projectId);
  const sort: Sort = { by: "events", order: "desc" };
  const before = (await listProfiles(scopeOf(world), { sort, limit: 1_000 })).rows;
  await pool().query("DELETE FROM profiles WHERE project_id = $1 AND id = 1003", [world.projectId]);
  const after = (await listProfiles(scopeOf(world), { sort, limit: 1_000 })).rows;
  expect(after.map((row) => row.ref)).toEqual(before.map((row) => row.ref).filter((ref) => ref !== "u:tie-1003"));
});

test("a search of several words with a number finds people with adjacent words, in every kind of list", async () => {
  const world = await worldOfTies(12);
  const texts = ["flat 77 b", "flat 7\n77 b", "77 flat", "flat 770", "a flat 77", "flat  77", "flat 7_7"];
  for (const [i, text] of texts.entries())
    await pool().query("UPDATE profiles SET search_text = $2 WHERE project_id = $1 AND id = $3", [
      world.projectId,
      text,
      1_000 + i,
    ]);
  await refreshAllFacts(pool(), world.projectId);
  const scope = scopeOf(world);
  const found = async (options: Omit<ListProfilesOptions, "limit">) =>
    (await paged(scope, options)).map(({ ref }) => texts[Number(ref.slice("u:tie-1".length))]).sort();
  for (const [search, wanted] of [
    ["Flat 77", ["a flat 77", "flat 77 b", "flat 770"]],
    ["77 B", ["flat 77 b", "flat 7\n77 b"]],
    ["at 77 ", ["a flat 77", "flat 77 b", "flat 770"]],
    ["flat 7_7", ["flat 7_7"]],
  ] as const) {
    const sorted = [...wanted].sort();
    const rule: Rule = { kind: "and", of: [{ kind: "search", text: search }] };
    expect(await found({ search }), search).toEqual(sorted);
    expect(await found({ search, sort: { by: "events", order: "asc" } }), search).toEqual(sorted);
    expect(await found({ filter: await compileRule(scope, rule) }), search).toEqual(sorted);
  }
});
