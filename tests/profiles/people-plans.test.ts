import type { Sql } from "sql-template-tag";
import { beforeAll, expect, test } from "vitest";
import { everybodysQuery } from "@/lib/adoption/everybody.queries";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { outdatedQuery } from "@/lib/profiles/facts/facts.queries";
import { FACTS_VERSION } from "@/lib/profiles/facts/facts.store";
import { orderOf } from "@/lib/profiles/list/columns.queries";
import { peopleCountQuery } from "@/lib/profiles/list/everybody.queries";
import { type PeoplePosition, peopleQuery, type Selection } from "@/lib/profiles/list/people.queries";
import { exactQuery, fragmentQuery, nearQuery, prefixQuery, similarQuery } from "@/lib/profiles/search/search.queries";
import { SORT_COLUMNS, type Sort, TEXT_SORTS } from "@/lib/profiles/types";
import { maskedText } from "@/lib/reading/reading";
import { grantScope, SEES_MASKED } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import type { Condition } from "@/lib/segments/rule";

const PEOPLE = 20_000;
/** Of profile_values. */
const COLUMN = 1;
const projectId = newId();
const scope = grantScope(projectId, "system:test");
const masked = { ...scope, sight: SEES_MASKED };

beforeAll(async () => {
  const p = `'${projectId}'::uuid`;
  const seen = "timestamptz '2026-01-01' + i * interval '7 min'";
  await pool().query(`
    INSERT INTO identities (project_id, id, kind, ext_id, profile_id) SELECT ${p}, i, 'u', 'user-' || i, i FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO spans (project_id, stream_id, first_seen, last_seen, event_count) SELECT ${p}, 100000 + i, ${seen}, ${seen}, 1 FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO profiles (project_id, id, display_id, name, props, search_text, created_at)
      SELECT ${p}, i, 'user-' || i, md5(i::text), jsonb_build_object('plan', 'plan ' || i % 500, 'n', i % 500, 'tags', jsonb_build_array(i % 500)), 'user-' || i || E'\\n' || md5(i::text), now() FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO profile_stats (project_id, profile_id) SELECT ${p}, i FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO profile_facts (project_id, person, event_count, sessions, active_days, days_7, days_30, days_90, events_7, events_30, events_90, handle, email,
        name_key, props, first_seen, last_seen, signed_up_at, country, city, device, browser, os, source, computed_on, version, is_internal)
      SELECT ${p}, side * i, i % 900, i % 300, i % 100, i % 7, i % 30, i % 90, i % 50, i % 90, i % 99, 'user-' || i, 'p' || i || '@x.example',
             md5(i::text), CASE WHEN side < 0 AND i % 40 = 0 THEN jsonb_build_object('n', i % 500, 'tags', jsonb_build_array(i % 500)) ELSE '{}' END,
             ${seen}, ${seen}, ${seen}, 'C' || i % 90, 'T' || i % 90, 'D' || i % 5, 'B' || i % 9, 'O' || i % 9, 'S' || i % 40, current_date, ${FACTS_VERSION}, i % 1000 = 0
        FROM generate_series(1, ${PEOPLE}) i, (VALUES (1), (-1)) v(side);
    INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim)
      SELECT ${p}, gen_random_uuid(), i, now() - i * interval '10 min', now(), 'event', 'event ' || i % 5, true, true FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO person_events (project_id, person, name, events, first_at, last_at, newest)
      SELECT ${p}, i, 'event ' || i % 5, 1, now() - i * interval '10 min', now() - i * interval '10 min', ARRAY[now() - i * interval '10 min'] FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO profile_values (project_id, column_id, person, value)
      SELECT ${p}, ${COLUMN}, side * i, to_jsonb('v ' || i % 90) FROM generate_series(1, ${PEOPLE}) i, (VALUES (1), (-1)) v(side) WHERE i % 3 > 0;
    INSERT INTO person_risk (project_id, person, standing, reason, value, rank, last_day, computed_on)
      SELECT ${p}, i, CASE WHEN i % 20 = 0 THEN 'quiet' ELSE 'here' END, '{}', 1, random(), current_date, current_date FROM generate_series(1, ${PEOPLE}) i;
    ANALYZE person_risk, profile_values, identities, spans, profiles, profile_stats, profile_facts, events, person_events;`);
}, 180_000);

async function planOf(query: Sql, by = scope): Promise<string> {
  const text = by.sight.masked ? maskedText(query.text) : query.text;
  const { rows } = await pool().query({ text: `EXPLAIN ${text}`, values: query.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

const everyone: Selection = { tab: "everyone", windowDays: 30, now: Date.UTC(2026, 3, 9) };
const INDEXES: Record<string, string> = {
  events: "events",
  sessions: "sessions",
  activeDays: "active_days",
  firstSeen: "first_seen",
  lastSeen: "last_seen",
  signedUp: "signed_up",
};

const both = <By>(columns: readonly By[]) =>
  columns.flatMap((by) => (["asc", "desc"] as const).map((order) => [by, order] as const));

test.each(both(SORT_COLUMNS.filter((by) => !TEXT_SORTS.some((one) => one === by))))(
  "sorted by %s, %s: both branches walk its index, first page, deep page and tail, and sort nobody",
  async (by, order) => {
    const sorted = orderOf({ by, order }, "everyone", 30);
    const key = /Seen|signed/.test(by) ? "2026-01-20" : /events|sessions|active/.test(by) ? "40" : "T5";
    for (const page of [
      { from: undefined, tail: false, limit: 51 },
      { from: { keys: [key], person: 50 }, tail: false, limit: 51 },
      ...(sorted.keys[0]?.nullable ? [{ from: { keys: null, person: 50 }, tail: true, limit: 51 }] : []),
    ]) {
      const plan = await planOf(peopleQuery(scope, everyone, sorted, page));
      expect(plan.split(`profile_facts_${INDEXES[by] ?? by}_idx`), plan).toHaveLength(3);
      expect(plan).not.toContain("Seq Scan");
    }
  },
);

test.each(both<Sort["by"]>(["country", { property: "plan" }]))(
  "sorted by %j, %s, once it is kept: both branches walk the kept order, their tails the people, and sort nobody",
  async (by, order) => {
    const sorted = orderOf({ by, order }, "everyone", 30, COLUMN);
    const pages: { from: PeoplePosition | undefined; tail: boolean; index: string }[] = [
      { from: undefined, tail: false, index: "profile_values_value_idx" },
      { from: { keys: ['"v 50"'], person: 50 }, tail: false, index: "profile_values_value_idx" },
      { from: undefined, tail: true, index: "profile_values_pkey" },
      { from: { keys: null, person: order === "asc" ? -9_000 : 9_000 }, tail: true, index: "profile_values_pkey" },
    ];
    for (const { index, ...at } of pages) {
      const plan = await planOf(peopleQuery(scope, everyone, sorted, { ...at, limit: 51 }));
      expect(plan.split(index), plan).toHaveLength(3);
      expect(plan, plan).not.toMatch(/Subquery Scan[\s\S]*-> {2}(Incremental )?Sort /);
      expect(plan).not.toContain("Seq Scan");
    }
  },
);

const page = { from: undefined, tail: false, limit: 51 };
const ruled = async (condition: Condition, by = scope): Promise<Sql> =>
  peopleQuery(
    scope,
    { ...everyone, filter: await compileRule(by, { kind: "and", of: [condition] }) },
    orderOf(undefined, "everyone", 30),
    page,
  );

test.each([
  [
    "power users",
    () => peopleQuery(scope, { ...everyone, tab: "power" }, orderOf(undefined, "power", 30), page),
    ["profile_facts_power_30_idx"],
  ],
  [
    "the own team",
    () =>
      peopleQuery(scope, { ...everyone, internal: "only", tab: "internal" }, orderOf(undefined, "internal", 30), page),
    ["profile_facts_internal_idx"],
  ],
  [
    "going quiet",
    () => peopleQuery(scope, { ...everyone, tab: "quiet" }, orderOf(undefined, "quiet", 30), page),
    ["person_risk_alarm_idx"],
  ],
  [
    "a rare property",
    () => ruled({ kind: "property", key: "plan", type: "text", is: "oneOf", values: ["plan 7"] }),
    ["profiles_props_idx"],
  ],
  [
    "a value that may be a number or a text",
    () => ruled({ kind: "property", key: "n", type: "text", is: "oneOf", values: ["7"] }),
    ["profiles_props_idx", "profile_facts_props_idx"],
  ],
  [
    "a number that may be a text",
    () => ruled({ kind: "property", key: "n", type: "number", is: "eq", value: 7 }),
    ["profiles_props_idx", "profile_facts_props_idx"],
  ],
  [
    "an item that may be a number or a text",
    () => ruled({ kind: "property", key: "tags", type: "list", is: "hasAny", values: ["7"] }),
    ["profiles_props_idx", "profile_facts_props_idx"],
  ],
  [
    "a behaviour",
    () => ruled({ kind: "did", event: "event 1", where: [], is: "atLeast", n: 1, window: { days: 14 } }),
    ["person_events_name_idx", "person_events_pkey", "profile_facts_last_seen_idx"],
  ],
  [
    "a behaviour of very many times in a window",
    () => ruled({ kind: "did", event: "event 1", where: [], is: "atLeast", n: 11, window: { days: 14 } }),
    ["person_events_name_idx", "events_actor_ts_idx", "profile_facts_last_seen_idx"],
  ],
  [
    "a behaviour of a past window",
    () =>
      ruled({
        kind: "did",
        event: "event 1",
        where: [],
        is: "atLeast",
        n: 2,
        window: { since: "2026-01-01", before: "2026-02-01" },
      }),
    ["events_name_ts_idx", "person_events_pkey", "profile_facts_last_seen_idx"],
  ],
  [
    "an exact id, e-mail or device",
    () => exactQuery(scope, "user-77"),
    ["identities_ext_id_key", "profile_facts_email_idx"],
  ],
  [
    "the start of an id or e-mail",
    () => prefixQuery(scope, "us", 10),
    ["profile_facts_handle_idx", "profile_facts_email_idx"],
  ],
  ["a fragment", () => fragmentQuery(scope, "abcdef", 10), ["profiles_search_idx"]],
  ["a name with letters swapped", () => nearQuery(scope, "abcdef0123"), ["profiles_search_idx"]],
  ["a misspelt name", () => similarQuery(scope, "abcdef0123", 10), ["profiles_search_idx"]],
] as const)("%s uses its index", async (_what, query, indexes) => {
  const plan = await planOf(await query());
  for (const index of indexes) expect(plan, plan).toContain(index);
  expect(plan).not.toContain("Seq Scan on profile");
});

test.each([
  ["country", "C7"],
  ["device", "D3"],
  ["browser", "B7"],
  ["os", "O7"],
] as const)("the number of people with one %s is counted by an index-only scan", async (field, value) => {
  const of: Condition[] = [{ kind: "fact", field, is: "oneOf", values: [value] }];
  const filter = await compileRule(scope, { kind: "and", of });
  const plan = await planOf(peopleCountQuery(scope, { ...everyone, filter }));
  expect(plan, plan).toMatch(new RegExp(`Index Only Scan[^\\n]*profile_facts_${field}_idx`));
  expect(plan, plan).toContain("profile_facts_internal_idx");
  expect(plan, plan).not.toContain("Seq Scan on profile");
});

test("a behaviour is probed by an index-only scan, without the own team's rows", async () => {
  const plan = await planOf(
    await ruled({ kind: "did", event: "event 1", where: [], is: "atLeast", n: 1, window: { days: 14 } }),
  );
  const probes = plan.split(/CTE probed_\d/).slice(1);
  expect(probes).toHaveLength(2);
  for (const probe of probes) expect(probe, probe).toMatch(/Index Only Scan[^\n]*profile_facts_last_seen_idx/);
  expect(plan.split(/Index Scan[^\n]*profile_facts_last_seen_idx/), plan).toHaveLength(1);
});

test("people who used features are counted by index-only scans", async () => {
  const feature = (...events: string[]) => ({ id: events.join(), name: events.join(), events });
  const period = { from: Date.UTC(2026, 0, 20), before: Date.UTC(2026, 0, 1) };
  const plan = await planOf(everybodysQuery(scope, [feature("event 1"), feature("event 2", "event 3")], period));
  expect(plan.match(/Index Only Scan using person_events_name_idx/g), plan).toHaveLength(2);
  expect(plan, plan).toMatch(/Index Only Scan using profile_facts_\w+ on profile_facts f /);
  expect(plan, plan).not.toContain("Seq Scan on p");
});

test("a property nobody has sorted by yet: the own team is left out below the sort, which keeps a page", async () => {
  const order = orderOf({ by: { property: "plan" }, order: "desc" }, "everyone", 30);
  const plan = await planOf(peopleQuery(scope, everyone, order, page));
  expect(plan).toContain("profile_facts_internal_idx");
  expect(plan, plan).not.toContain("Anti Join");
});

const plan7 = { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["plan 7"] } satisfies Condition;
const n7 = { kind: "property", key: "n", type: "number", is: "eq", value: 7 } satisfies Condition;
const tags7 = { kind: "property", key: "tags", type: "list", is: "hasAny", values: ["7"] } satisfies Condition;

test.each<[string, Condition, string[]]>([
  ["a text", plan7, ["profiles_props_idx"]],
  ["a number", n7, ["profiles_props_idx", "profile_facts_props_idx"]],
  ["an item", tags7, ["profiles_props_idx", "profile_facts_props_idx"]],
])("a reader who may not see names filters by %s with the same index as others", async (_what, condition, indexes) => {
  for (const by of [scope, masked]) {
    const plan = await planOf(await ruled(condition, by), by);
    for (const index of indexes) expect(plan, plan).toContain(index);
    expect(plan).not.toContain("Seq Scan on profile");
    expect(plan).not.toContain("masked_json");
  }
});

test.each<Condition>([
  { kind: "property", key: "email", type: "text", is: "oneOf", values: ["p7@x.example"] },
  { kind: "property", key: "E-Mail", type: "text", is: "contains", value: "p7" },
  { kind: "property", key: "contact.phone", type: "number", is: "between", min: 1, max: 2 },
  { kind: "property", key: "name", type: "any", is: "set" },
  { kind: "property", key: "plan", type: "text", is: "oneOf", values: ["p7@x.example"] },
  { kind: "search", text: "abcdef" },
])("a reader who may not see names reads nobody's properties or names for %j", async (condition) => {
  const plan = await planOf(await ruled(condition, masked), masked);
  expect(plan).not.toContain("props");
  expect(plan).not.toContain("search_text");
  if (condition.kind !== "search") expect(plan).not.toMatch(/(?<!Subquery )Scan/);
  const open = await planOf(await ruled(condition), scope);
  expect(open, "the others' do").toMatch(/props|search_text/);
});

test("a reader who may not see names finds a complete id by its index, too", async () => {
  for (const by of [scope, masked]) {
    const plan = await planOf(exactQuery(by, "user-77"), by);
    expect(plan, plan).toContain("identities_ext_id_key");
    expect(plan).not.toContain("Seq Scan");
    expect(plan, plan).not.toMatch(/Index Scan using identities_pkey[^\n]*\n\s+Index Cond: \(project_id = [^)]*\)\n/);
  }
});

test("whether facts are outdated is read from its index, even if statistics claim that all of them are", async () => {
  const tx = await pool().connect();
  try {
    await tx.query(
      // Fewer rows first: each update writes all indexes.
      `BEGIN; DELETE FROM profile_facts WHERE abs(person) > 500;
       UPDATE profile_facts SET version = 0; ANALYZE profile_facts; UPDATE profile_facts SET version = 9`,
    );
    const query = outdatedQuery(projectId);
    const { rows } = await tx.query({ text: `EXPLAIN ${query.text}`, values: query.values });
    expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("profile_facts_outdated_idx");
  } finally {
    await tx.query("ROLLBACK");
    tx.release();
  }
});
