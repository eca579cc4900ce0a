import type { Sql } from "sql-template-tag";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { neverSeenQuery, seenQuery, seenSearchQuery, visitorsQuery } from "@/lib/profiles/list/live-list.queries";
import type { Search } from "@/lib/profiles/list/people.queries";
import { profileQuery, visitorQuery } from "@/lib/profiles/person/person.queries";
import { grantScope } from "@/lib/scope";
import { sessionsQuery } from "@/lib/sessions/sessions.queries";
import { recentEventsQuery } from "@/lib/timeline/recent-events.queries";
import { eventsQuery } from "@/lib/timeline/timeline.queries";

/** Enough rows that a plan without its index would be the dearer one, few enough to write in a second. */
const PEOPLE = 5_000;
const projectId = newId();
const scope = grantScope(projectId, "system:test");

beforeAll(async () => {
  const p = `'${projectId}'::uuid`;
  const seen = "timestamptz '2026-01-01' + i * interval '70 s'";
  // Users 1…n, each with a stream of their own, and as many anonymous streams.
  await pool().query(`
    INSERT INTO identities (project_id, id, kind, ext_id, profile_id) SELECT ${p}, i, 'u', 'user-' || i, i FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO identities (project_id, id, kind, ext_id, stream_class) SELECT ${p}, ${PEOPLE} + i, 'a', 'stream-' || i, 'sdk' FROM generate_series(1, ${2 * PEOPLE}) i;
    INSERT INTO spans (project_id, stream_id, owner_id, run_first, run_last, first_seen, last_seen, event_count)
      SELECT ${p}, ${PEOPLE} + i, o, o * interval '0' + ${seen}, o * interval '0' + ${seen}, ${seen}, ${seen}, 1
        FROM generate_series(1, ${2 * PEOPLE}) i, LATERAL (SELECT CASE WHEN i <= ${PEOPLE} THEN i END) q(o);
    INSERT INTO profiles (project_id, id, display_id, search_text, created_at)
      SELECT ${p}, i, 'user-' || i, 'user-' || i || E'\\n' || md5(i::text), now() FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO profile_stats (project_id, profile_id, first_seen, last_seen, last_min, event_count)
      SELECT ${p}, i, ${seen}, ${seen}, date_trunc('minute', ${seen}, 'UTC'), 1 FROM generate_series(1, ${PEOPLE}) i;
    INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, active, claim)
      SELECT ${p}, gen_random_uuid(), 1 + (i % ${3 * PEOPLE}), ${seen}, now(), 'event', 'x', true, true FROM generate_series(1, ${8 * PEOPLE}) i;
    INSERT INTO sessions (project_id, session_id, actor_id, started_at, started_id, ended_at, event_count)
      SELECT ${p}, gen_random_uuid(), 1 + (i % ${3 * PEOPLE}), ${seen}, gen_random_uuid(), ${seen}, 1 FROM generate_series(1, ${8 * PEOPLE}) i;
    ANALYZE identities, spans, profiles, profile_stats, events, sessions;`);
}, 60_000);

async function planOf(query: Sql): Promise<string> {
  const { rows } = await pool().query({ text: `EXPLAIN ${query.text}`, values: query.values });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

const searchFor = (pattern: string): Search => ({
  text: { patterns: [pattern, null, null], number: null },
  people: [7],
});
const middle = { lastSeen: Date.UTC(2026, 0, 3), kind: "u", id: 9 } as const;
const profile = { kind: "profile", profileId: 77 } as const;
const visitor = { kind: "visitor", streamId: 2 * PEOPLE + 77 } as const;
const page = { limit: 51, from: undefined };
const events = {
  ...page,
  kinds: ["event", "identify"],
  after: Number.NEGATIVE_INFINITY,
  before: Number.POSITIVE_INFINITY,
};
const behind = { ts: Date.UTC(2026, 0, 3), id: newId() };

test.each([
  ["the users list", seenQuery(scope, {}, undefined, 51), ["profile_stats_last_min_idx"]],
  ["a page deep in the users list", seenQuery(scope, {}, middle, 51), ["profile_stats_last_min_idx"]],
  ["people never seen", neverSeenQuery(scope, {}, undefined, 51), ["profile_stats_last_min_idx"]],
  [
    "a search for something rare",
    seenSearchQuery(scope, { search: searchFor("%abcdef%") }, undefined, 51),
    ["profiles_search_idx", "profiles_pkey"],
  ],
  ["the anonymous visitors", visitorsQuery(scope, {}, undefined, 51), ["spans_visitors_idx", "spans_pkey"]],
  ["a page deep in the visitors", visitorsQuery(scope, {}, middle, 51), ["spans_visitors_idx"]],
  ["one profile", profileQuery(scope, 77), ["profiles_pkey", "profile_stats_pkey"]],
  ["one visitor", visitorQuery(scope, visitor.streamId), ["identities_pkey", "spans_pkey"]],
  [
    "a timeline, newest first",
    eventsQuery(scope, profile, { ...events, order: "desc" }),
    ["events_actor_ts_idx", "identities_profile_id_idx", "spans_owner_id_idx"],
  ],
  [
    "a timeline, oldest first, from the middle",
    eventsQuery(scope, profile, { ...events, order: "asc", from: behind }),
    ["events_actor_ts_idx"],
  ],
  [
    "a visitor's timeline",
    eventsQuery(scope, visitor, { ...events, order: "desc" }),
    ["events_actor_ts_idx", "spans_pkey"],
  ],
  ["a person's visits", sessionsQuery(scope, profile, page), ["sessions_actor_started_idx", "sessions_pkey"]],
  [
    "the project's newest events",
    recentEventsQuery(scope, 100),
    ["profile_stats_last_min_idx", "spans_visitors_idx", "spans_owner_id_idx", "events_actor_ts_idx"],
  ],
  ["a visitor's visits", sessionsQuery(scope, visitor, page), ["sessions_actor_started_idx", "spans_pkey"]],
] as const)("%s: uses its indexes and scans no table", async (_what, query, indexes) => {
  const plan = await planOf(query);
  for (const index of indexes) expect(plan).toContain(index);
  expect(plan).not.toContain("Seq Scan");
});

test("the people seen last are looked up one by one, not merged with everybody's ids", async () => {
  expect(await planOf(recentEventsQuery(scope, 100))).not.toMatch(/Merge Join|Hash Join/);
});
