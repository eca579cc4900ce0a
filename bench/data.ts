import { randomUUID } from "node:crypto";
import type pg from "pg";
import { completeActiveCounts } from "@/lib/jobs/active-counts";
import { countNewestDays } from "@/lib/jobs/day-counts";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { accountOf, fillAccounts, IS_OWN_TEAM, NAMES_ACCOUNT, OWN_DOMAIN } from "./account-data";
import { BORN, DIED, lifeShare } from "./lives";
import { withBench } from "./support";

/** Data of `npm run bench:data`: a million people with skewed activity, and two who are expensive to show. */
export type Size = {
  people: number;
  events: number;
  /** A smaller project whose largest accounts have as many people as in the full data, for the cost of their pages. */
  keepsLarge?: boolean;
};

export const LARGE: Size = { people: 1_000_000, events: 10_000_000 };

/** "100000/1000000": people/events; "100000/1000000/large" keeps the largest accounts at full size. */
export function sizeFrom(text: string | undefined): Size {
  const [people, events, accounts] = (text ?? "").split("/");
  return Number(people) && Number(events)
    ? { people: Number(people), events: Number(events), keepsLarge: accounts === "large" }
    : LARGE;
}

const CHUNK_EVENTS = 500_000;
/** The median of these people's usual gaps. */
const USUAL_GAP_DAYS = 17;

/** A person with few devices and a very long history, and one with very many devices. */
export const HEAVY = { extId: "heavy", devices: 5, events: 100_000 };
export const MANY = { extId: "many-devices", devices: 1_000, events: 20 };

export const projectName = (size: Size): string =>
  `data ${size.people}/${size.events}${size.keepsLarge ? ", large accounts" : ""}`;

/**
 * The project of that size, filled if necessary; the large one takes long. Deterministic except for random ids and
 * draws. The name records the progress, so that an interrupted run does not look finished.
 */
export async function ensureData(db: pg.Pool, size: Size, log: (line: string) => void): Promise<string> {
  const id = (await projectNamed(db, projectName(size))) ?? (await makeData(db, size, log));
  log("data: counts of days and people");
  await settleCounts(db, id);
  return id;
}

/** The overview's sums, as the jobs leave them; quick if they exist. */
async function settleCounts(db: pg.Pool, projectId: string): Promise<void> {
  const now = Date.now();
  while (await countNewestDays(db, projectId, now));
  await completeActiveCounts(db, projectId, now);
  await db.query("VACUUM ANALYZE day_counts, active_gaps, active_quarters");
}

async function makeData(db: pg.Pool, size: Size, log: (line: string) => void): Promise<string> {
  const id = await ensureEvents(db, size, log);
  log("data: facts");
  await refreshAllFacts(db, id);
  await db.query(
    "VACUUM ANALYZE profile_facts, person_events, person_days, person_states, lifecycle_moves, person_risk",
  );
  await db.query("VACUUM ANALYZE account_facts, account_people, account_events, account_days, account_names");
  await db.query("UPDATE projects SET name = $2 WHERE id = $1", [id, projectName(size)]);
  return id;
}

async function projectNamed(db: pg.Pool, name: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>("SELECT id FROM projects WHERE name = $1", [name]);
  return rows[0]?.id;
}

/** As ingest leaves it, without the values that jobs compute. */
async function ensureEvents(db: pg.Pool, size: Size, log: (line: string) => void): Promise<string> {
  const name = `${projectName(size)}, without facts`;
  const there = await projectNamed(db, name);
  if (there) return there;
  const [id, organization] = [randomUUID(), randomUUID()];
  await db.query("INSERT INTO organizations (id, name) VALUES ($1, 'Benchmarks')", [organization]);
  await db.query(
    `INSERT INTO projects (id, organization_id, name, identify_secret, internal_domains)
     VALUES ($1, $2, 'unfinished data', 'bench', $3)`,
    [id, organization, [OWN_DOMAIN]],
  );
  log(`data: ${size.people.toLocaleString("en")} people`);
  await people(db, id, size.people);
  // Random moments at which their person is not active are dropped, so more are drawn.
  const drawn = Math.ceil((size.events / (await lifeShare(db, size.people))) * 1.01);
  for (let from = 0; from < drawn; from += CHUNK_EVENTS) {
    await events(db, id, size, drawn, from, Math.min(CHUNK_EVENTS, drawn - from));
    log(`data: ${Math.round((100 * Math.min(drawn, from + CHUNK_EVENTS)) / drawn)} % of the events`);
  }
  await special(db, id, size);
  await fillAccounts(db, id, size.people, size.keepsLarge ?? false);
  await settings(db, id);
  log("data: visits and counts");
  // Without ANALYZE, Postgres assumes an empty project and uses nested loops.
  await db.query("ANALYZE identities, spans, events, profile_stats, accounts, account_members");
  await derive(db, id);
  await db.query("VACUUM ANALYZE identities, spans, events, sessions, profiles, profile_stats");
  await db.query("UPDATE projects SET name = $2 WHERE id = $1", [id, name]);
  return id;
}

/** Finds everything stale, as the jobs would over time, and then recomputes everybody. */
async function settings(db: pg.Pool, projectId: string): Promise<void> {
  await db.query(
    `INSERT INTO lifecycle_rules (project_id, rule, tuned_at, ready)
     SELECT id, jsonb_build_object('slippingGaps', slipping_gaps, 'slippingMinDays', slipping_min_days,
              'slippingMaxDays', slipping_max_days, 'dormantGaps', dormant_gaps, 'dormantMinDays', dormant_min_days,
              'dormantMaxDays', dormant_max_days, 'usualGapDays', ${USUAL_GAP_DAYS}), now(), true
       FROM projects WHERE id = $1`,
    [projectId],
  );
  await db.query(
    `INSERT INTO account_sources (project_id, property, by_domain, internal)
     SELECT id, '', false, internal_people || '@'::text || internal_domains || '='::text || internal_properties
       FROM projects WHERE id = $1`,
    [projectId],
  );
}

/** Person n is user identity 2n with profile n and device 2n + 1; one in five devices has no owner. */
async function people(db: pg.Pool, projectId: string, count: number): Promise<void> {
  await db.query(
    `INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at)
     SELECT $1, 2 * n, 'u', 'user-' || n, n, now() - (1 - ${BORN}) * interval '365 days' FROM generate_series(1, $2::int) n`,
    [projectId, count],
  );
  await db.query(
    `INSERT INTO identities (project_id, id, kind, ext_id, stream_class, seen_users)
     SELECT $1, 2 * n + 1, 'a', 'device-' || n, 'sdk', CASE WHEN n % 5 > 0 THEN ARRAY[2 * n] ELSE '{}' END FROM generate_series(1, $2::int) n`,
    [projectId, count],
  );
  await db.query(
    `INSERT INTO spans (project_id, stream_id, owner_id, run_first, run_last)
     SELECT $1, 2 * n + 1, CASE WHEN n % 5 > 0 THEN 2 * n END, CASE WHEN n % 5 > 0 THEN now() - interval '90 days' END,
            CASE WHEN n % 5 > 0 THEN now() END FROM generate_series(1, $2::int) n`,
    [projectId, count],
  );
  await db.query(
    `INSERT INTO profiles (project_id, id, display_id, name, email, props, search_text, created_at)
     SELECT $1, n, 'user-' || n, x.name, x.email, x.props,
            lower(concat_ws(E'\\n', 'user-' || n, x.name, x.email, x.props ->> 'plan', x.props ->> 'company', x.props ->> 'seats')),
            now() - (1 - ${BORN}) * interval '365 days'
       FROM generate_series(1, $2::int) n
       CROSS JOIN LATERAL (SELECT (ARRAY['Ada','Grace','Linus','Margaret','Alan','Barbara','Edsger','Radia','Ken','Frances'])[1 + n % 10] || ' '
            || (ARRAY['Lovelace','Hopper','Smith','Hamilton','Turing','Liskov','Perlman','Allen'])[1 + (n / 10) % 8] || ' ' || n AS name,
            'person' || n || '@' || CASE WHEN ${IS_OWN_TEAM} THEN '${OWN_DOMAIN}' ELSE 'company' || (n % 5000) || '.example' END AS email,
            jsonb_build_object('plan', (ARRAY['free','free','free','pro','team','enterprise'])[1 + n % 6], 'company', 'Company ' || (n % 5000),
              'seats', n % 50, 'trial', n % 7 = 0) AS props) x`,
    [projectId, count],
  );
  await db.query("INSERT INTO profile_stats (project_id, profile_id) SELECT $1, n FROM generate_series(1, $2::int) n", [
    projectId,
    count,
  ]);
}

/**
 * Events over a year, oldest first, while their people are there; a few people have most of them (the cube of a
 * uniform number). One in 120 is an order. Half of the members' apps name the account.
 */
async function events(
  db: pg.Pool,
  projectId: string,
  size: Size,
  drawn: number,
  from: number,
  count: number,
): Promise<void> {
  await db.query(
    `INSERT INTO events (project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim, path, country, device, browser, os, revenue, groups, properties)
     SELECT $1, (lpad(to_hex((extract(epoch FROM ts) * 1000)::bigint), 12, '0') || '7' || substr(md5(g::text), 1, 3) || '8' || substr(md5(g::text), 5, 15))::uuid,
            CASE WHEN g % 10 < 6 THEN 2 * n ELSE 2 * n + 1 END, 2 * n + 1,
            md5(n || ':' || floor(extract(epoch FROM ts) / 604800))::uuid, ts, ts, 'event',
            CASE WHEN g % 120 = 7 THEN 'order_completed'
                 ELSE (ARRAY['screen_view','screen_view','screen_view','export','invite_sent','report_opened','search'])[1 + g % 7] END,
            true, g % 10 < 6,
            (ARRAY['/','/pricing','/docs','/app','/app/reports','/app/settings'])[1 + g % 6], (ARRAY['DE','US','FR','GB','NO'])[1 + n % 5],
            (ARRAY['desktop','mobile'])[1 + n % 2], 'Chrome', 'macOS',
            CASE WHEN g % 120 = 7 THEN 990 + g % 5000 END,
            CASE WHEN g % 10 < 6 AND ${NAMES_ACCOUNT} THEN ARRAY[${accountOf(size.people, size.keepsLarge ?? false)}] ELSE '{}' END,
            jsonb_build_object('n', g % 100)
       FROM (SELECT g, 1 + floor($2 * power(random(), 3))::int AS n,
                    g::float8 / $3 AS at, now() - interval '365 days' + interval '365 days' * (g::float8 / $3) AS ts
               FROM generate_series($4::int + 1, $4::int + $5::int) g) x
      WHERE at >= ${BORN} AND at < ${DIED}`,
    [projectId, size.people, drawn, from, count],
  );
}

async function special(db: pg.Pool, projectId: string, size: Size): Promise<void> {
  for (const [index, person] of [HEAVY, MANY].entries()) {
    const profile = size.people + 1 + index;
    const user = 2 * profile;
    const firstDevice = 4 * size.people + index * 10_000;
    await db.query(
      "INSERT INTO identities (project_id, id, kind, ext_id, profile_id, created_at) VALUES ($1, $2, 'u', $3, $4, now() - interval '1 year')",
      [projectId, user, person.extId, profile],
    );
    await db.query(
      "INSERT INTO profiles (project_id, id, display_id, name, search_text, created_at) VALUES ($1, $2, $3, $3, $3, now() - interval '1 year')",
      [projectId, profile, person.extId],
    );
    await db.query("INSERT INTO profile_stats (project_id, profile_id) VALUES ($1, $2)", [projectId, profile]);
    await db.query(
      `INSERT INTO identities (project_id, id, kind, ext_id, stream_class, seen_users)
       SELECT $1, $2::bigint + d, 'a', $3 || '-' || d, 'sdk', ARRAY[$4::bigint] FROM generate_series(1, $5::int) d`,
      [projectId, firstDevice, person.extId, user, person.devices],
    );
    await db.query(
      `INSERT INTO spans (project_id, stream_id, owner_id, run_first, run_last)
       SELECT $1, $2::bigint + d, $3, now() - interval '200 days', now() - interval '100 days' FROM generate_series(1, $4::int) d`,
      [projectId, firstDevice, user, person.devices],
    );
    const total = index === 0 ? person.events : person.devices * person.events;
    await db.query(
      `INSERT INTO events (project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim, path, country, device, properties)
       SELECT $1, gen_random_uuid(), CASE WHEN g % 3 = 0 THEN $2::bigint ELSE $3::bigint + 1 + g % $4::int END, $3::bigint + 1 + g % $4::int,
              md5($2 || ':' || g / 20)::uuid, now() - interval '365 days' * (g::float8 / $5), now(), 'event', 'screen_view', true, true, '/app', 'DE', 'desktop', '{}'
         FROM generate_series(1, $5::int) g`,
      [projectId, user, firstDevice, person.devices, total],
    );
  }
}

/** Derives sessions, by start, and all counts that the engine would have kept, from the events. */
async function derive(db: pg.Pool, projectId: string): Promise<void> {
  await db.query(
    `INSERT INTO sessions (project_id, session_id, actor_id, stream_id, started_at, started_id, ended_at, event_count, page_views, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id, context)
     SELECT $1, session_id, actor_id, min(stream_id), min(ts), min(id::text)::uuid, max(ts), count(*), count(*) FILTER (WHERE name = 'screen_view'),
            min(path), min(ts), min(id::text)::uuid, max(path), max(ts), max(id::text)::uuid,
            jsonb_build_object('country', min(country), 'device', min(device), 'browser', 'Chrome', 'os', 'macOS')
       FROM events WHERE project_id = $1 GROUP BY session_id, actor_id ORDER BY min(ts)`,
    [projectId],
  );
  await db.query(
    `WITH c AS (SELECT actor_id, count(*) n, min(ts) f, max(ts) l FROM events WHERE project_id = $1 GROUP BY actor_id),
          u AS (UPDATE identities i SET event_count = c.n, first_seen = c.f, last_seen = c.l FROM c WHERE i.project_id = $1 AND i.kind = 'u' AND i.id = c.actor_id)
     UPDATE spans s SET event_count = c.n, first_seen = c.f, last_seen = c.l FROM c WHERE s.project_id = $1 AND s.stream_id = c.actor_id`,
    [projectId],
  );
  await db.query(
    `UPDATE profile_stats t SET event_count = x.n, first_seen = x.f, last_seen = x.l, last_min = date_trunc('minute', x.l, 'UTC')
       FROM (SELECT i.profile_id, sum(z.n) n, min(z.f) f, max(z.l) l FROM identities i
               CROSS JOIN LATERAL (SELECT i.event_count n, i.first_seen f, i.last_seen l
                 UNION ALL SELECT s.event_count, s.first_seen, s.last_seen FROM spans s WHERE s.project_id = $1 AND s.owner_id = i.id) z
              WHERE i.project_id = $1 AND i.kind = 'u' GROUP BY i.profile_id) x
      WHERE t.project_id = $1 AND t.profile_id = x.profile_id`,
    [projectId],
  );
}

if (process.argv[1] === import.meta.filename) {
  const size = sizeFrom(process.argv.slice(2).join("/"));
  await withBench(async ({ db, log }) => {
    const start = Date.now();
    const id = await ensureData(db, size, log);
    log(`data: project ${id} is ready (${Math.round((Date.now() - start) / 1000)} s)`);
  });
  process.exit(0);
}
