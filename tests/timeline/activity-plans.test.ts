import type { Sql } from "sql-template-tag";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import * as days from "@/lib/overview/days.queries";
import { DAY_BY_DAY } from "@/lib/overview/people.queries";
import { topEventsQuery, topPagesQuery, topSourcesQuery } from "@/lib/overview/rankings.queries";
import * as walked from "@/lib/overview/walked-events.queries";
import { grantScope } from "@/lib/scope";
import { visitsQuery } from "@/lib/sessions/project-visits.queries";
import { visitCountriesQuery } from "@/lib/sessions/visit-countries.queries";
import { visitTimesQuery } from "@/lib/sessions/visit-times.queries";
import { activityQuery, topNamesQuery } from "@/lib/timeline/activity.queries";
import { presenceQuery } from "@/lib/timeline/presence.queries";
import { namesQuery, pickNames, streamQuery } from "@/lib/timeline/project-events.queries";
import { propertyEventsQuery } from "@/lib/timeline/property-history.queries";
import { eventsQuery } from "@/lib/timeline/timeline.queries";

/** Enough rows that a plan without its index would be the dearer one, few enough to write in a second. */
const PEOPLE = 2_000;
const EVENTS = 8 * PEOPLE;
/** Of the own team. One is a robot that sent half as many events as all others together, all of one name. */
const OWN = 40;
const ROBOT = PEOPLE;
const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  const p = `'${projectId}'::uuid`;
  const seen = "timestamptz '2026-01-01' + i * interval '70 s'";
  await pool().query(`
    INSERT INTO identities (project_id, id, kind, ext_id, profile_id) SELECT ${p}, i, 'u', 'user-' || i, i FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO identities (project_id, id, kind, ext_id, stream_class) SELECT ${p}, ${PEOPLE} + i, 'a', 'stream-' || i, 'sdk' FROM generate_series(1, ${2 * PEOPLE}) i;
    INSERT INTO spans (project_id, stream_id, owner_id, run_first, run_last, first_seen, last_seen, event_count)
      SELECT ${p}, ${PEOPLE} + i, o, o * interval '0' + ${seen}, o * interval '0' + ${seen}, ${seen}, ${seen}, 1
        FROM generate_series(1, ${2 * PEOPLE}) i, LATERAL (SELECT CASE WHEN i <= ${PEOPLE} THEN i END) q(o);
    INSERT INTO profiles (project_id, id, display_id, created_at) SELECT ${p}, i, 'user-' || i, now() FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim, path, properties)
      SELECT ${p}, gen_random_uuid(), 1 + (i % ${3 * PEOPLE}), ${seen}, now(), 'event', (ARRAY['screen_view', 'opened', 'saved', 'shared'])[1 + i % 4], true, true, '/' || i % 50, '{"a": 1}'
        FROM generate_series(1, ${EVENTS}) i;
    INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
      SELECT project_id, actor_id, ts::date, count(*), min(ts), max(ts) FROM events WHERE project_id = ${p} GROUP BY 1, 2, 3 ORDER BY 3, 2;
    INSERT INTO sessions (project_id, session_id, actor_id, started_at, started_id, ended_at, event_count)
      SELECT ${p}, gen_random_uuid(), 1 + (i % ${3 * PEOPLE}), ${seen}, gen_random_uuid(), ${seen}, 1 FROM generate_series(1, ${EVENTS}) i;`);
  await pool().query(`
    INSERT INTO profile_facts (project_id, person, event_count, sessions, active_days, days_7, days_30, days_90, events_7, events_30, events_90, handle, is_internal, computed_on)
      SELECT ${p}, i, 1, 1, 1, 0, 0, 0, 0, 0, 0, 'user-' || i, i > ${PEOPLE - OWN}, '2026-01-01' FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim)
      SELECT ${p}, gen_random_uuid(), ${ROBOT}, ${seen}, now(), 'event', 'probe', true, true
        FROM generate_series(1, ${EVENTS / 2}) i`);
  await pool().query("VACUUM ANALYZE identities, spans, profiles, events, sessions, person_days, profile_facts");
}, 60_000);

async function planOf(query: Sql): Promise<string> {
  const { rows } = await pool().query({ text: `EXPLAIN ${query.text}`, values: query.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

const profile = { kind: "profile", profileId: 77 } as const;
const since = Date.UTC(2026, 0, 1);
const ever = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };
const middle = Date.UTC(2026, 0, 3);
const DAY_MS = 24 * 60 * 60 * 1000;
const now = { from: middle, to: middle + DAY_MS };
const before = { from: middle - DAY_MS, to: middle };
/** Three days that UTC cuts. */
const berlin = { from: middle - 60 * 60 * 1000, to: middle + 3 * DAY_MS - 60 * 60 * 1000 };

test.each([
  [
    "a filtered timeline",
    eventsQuery(scope, profile, {
      ...ever,
      order: "desc",
      limit: 61,
      kinds: ["event"],
      from: undefined,
      filter: { hidePages: true, search: "x", property: { key: "a", value: "1" } },
    }),
    ["events_actor_ts_idx"],
  ],
  [
    "a person's activity",
    activityQuery(scope, profile, since, 3_600_000),
    ["events_actor_ts_idx", "identities_profile_id_idx"],
  ],
  ["a person's habits", topNamesQuery(scope, profile, since), ["events_actor_ts_idx"]],
  ["a property's history", propertyEventsQuery(scope, profile, 2_000), ["events_actor_ts_idx"]],
  ["where somebody is", presenceQuery(scope, profile), ["events_actor_ts_idx"]],
  ["when somebody's visits were", visitTimesQuery(scope, profile, since), ["sessions_actor_started_idx"]],
  [
    "everybody's events",
    streamQuery(scope, { filter: ever, limit: 51, from: undefined }, ["opened", "screen_view"]),
    ["events_name_ts_idx", "identities_pkey", "spans_pkey", "profile_facts_internal_idx"],
  ],
  [
    "a page deep in the events of one name",
    streamQuery(scope, { filter: { ...ever, name: "opened" }, limit: 51, from: { ts: middle, id: newId() } }, [
      "opened",
    ]),
    ["events_name_ts_idx"],
  ],
  [
    "everybody's visits",
    visitsQuery(scope, { filter: ever, limit: 51, from: undefined }),
    ["sessions_started_idx", "sessions_pkey", "profile_facts_internal_idx"],
  ],
  [
    "a page deep in the visits",
    visitsQuery(scope, { filter: ever, limit: 51, from: { startedAt: middle, id: newId(), actorId: 7 } }),
    ["sessions_started_idx"],
  ],
  ["countries of a day's visits", visitCountriesQuery(scope, now, 30), ["sessions_started_idx"]],
  ["sources of a day's visits", topSourcesQuery(scope, now, before, 8), ["sessions_started_idx"]],
  ["events of a day by name", topEventsQuery(scope, now, before, 8), ["events_name_ts_idx"]],
  ["who was active, by days", days.headlineQuery(scope, berlin), ["Index Only Scan using person_days_day_idx"]],
  ["people by day, by days", days.dailyQuery(scope, berlin, "Europe/Berlin"), ["person_days_day_idx"]],
  [
    "the list of who was active, by days",
    days.activePeopleQuery(scope, berlin, { show: "active", limit: 61, from: undefined }),
    ["person_days_day_idx", "person_days_pkey"],
  ],
  ["pages of a day", topPagesQuery(scope, now, before, 8), ["events_name_ts_idx"]],
] as const)("%s: uses its indexes and scans no table", async (_what, query, indexes) => {
  const plan = await planOf(query);
  for (const index of indexes) expect(plan).toContain(index);
  expect(plan).not.toContain("Seq Scan");
});

test("the list of people active in a long window reads its days one by one, instead of sorting all of them", async () => {
  const long = { from: middle - 300 * DAY_MS, to: middle + 60 * DAY_MS };
  const query = days.activePeopleQuery(scope, long, { show: "active", limit: 61, from: undefined });
  const tx = await pool().connect();
  try {
    await tx.query("BEGIN");
    for (const setting of Object.entries(DAY_BY_DAY)) await tx.query("SELECT set_config($1, $2, true)", setting);
    const { rows } = await tx.query({ text: `EXPLAIN ${query.text}`, values: query.values });
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan, plan).toMatch(
      /Incremental Sort[^>]*Presorted Key: d_1\.day[^>]*-> {2}Index Scan Backward using person_days_day_idx/,
    );
  } finally {
    await tx.query("ROLLBACK");
    tx.release();
  }
});

test("names of a page: a robot of the own team is skipped in the index, without a lookup per event", async () => {
  const query = namesQuery(scope, { filter: ever, limit: 51, from: undefined });
  expect(await planOf(query)).toContain("Index Only Scan using events_name_ts_idx");
  const { rows } = await pool().query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>({
    text: `EXPLAIN (ANALYZE, FORMAT JSON) ${query.text}`,
    values: query.values,
  });
  const lookups = nodesOf(rows[0]?.["QUERY PLAN"][0].Plan ?? {})
    .filter((node) => /^(?:identities|spans|profile_facts)_/.test(String(node["Index Name"])))
    .reduce((sum, node) => sum + Number(node["Actual Loops"]), 0);
  expect(lookups).toBeLessThan(20 * OWN);
  expect(await pickNames(scope, { filter: ever, limit: 51, from: undefined })).not.toContain("probe");
});

type PlanNode = { Plans?: PlanNode[] } & Record<string, unknown>;
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

test.each([
  ["who was active", walked.headlineQuery(scope, now)],
  ["the list of who was active", walked.activePeopleQuery(scope, now, { show: "active", limit: 61, from: undefined })],
  ["people by day", walked.dailyQuery(scope, now, "Europe/Berlin")],
] as const)("%s: reads the window's events from the index alone", async (_what, query) => {
  const plan = await planOf(query);
  expect(plan).toContain("Index Only Scan using events_name_ts_idx");
  expect(plan).not.toContain("Seq Scan on events");
});
