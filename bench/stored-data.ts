import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "../scripts/migrate";
import { startPostgres } from "../scripts/postgres";
import { BENCH_SECRET, makeProject } from "./support";

/**
 * A project with very many stored events for the figure `stored`, as ingest and the facts job leave it over a year,
 * written by set-based SQL.
 *
 * Visits have five events, at 50 million ten minutes apart; a thousand are open at any time, so events of one person
 * lie apart, in the order of time. Everybody has two visits; the other half of the visits are drawn with a skew (the
 * square of a uniform number: the first person has thousands). Two in five people are logged in, each on one device.
 */
const STORED_FOLDER = join(import.meta.dirname, "..", ".data", "bench-stored");
const EVENTS_A_VISIT = 5;
const EVENTS_A_PERSON = 20;
const OPEN_VISITS = 1_000;
const CHUNK_EVENTS = 5_000_000;
const YEAR_MS = 365 * 86_400_000;
/** The newest stored event is this old. */
const REST_MS = 3_600_000;

export const storedEventCount = (): number => Number(process.env.BENCH_STORED ?? 50_000_000);
export const storedPeopleCount = (events: number): number => events / EVENTS_A_PERSON;

/** Whether the person with this number is logged in. */
export const isLoggedIn = (n: number): boolean => n % 5 < 2;
const LOGGED_IN = "n % 5 < 2";

/** The anonymous id of the person with this number; `DEVICE` is the same in SQL. */
export function deviceOf(n: number): string {
  const hex = createHash("md5").update(`device ${n}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
const DEVICE = "md5('device ' || n)::uuid::text";
const ACTOR = `CASE WHEN ${LOGGED_IN} THEN 2 * n ELSE 2 * n + 1 END`;
const PERSON = `CASE WHEN ${LOGGED_IN} THEN n ELSE -(2 * n + 1) END`;
const PAGES = "(ARRAY['/','/pricing','/docs','/app','/app/reports','/app/settings'])";
/** The name of the third event of a visit; the others are page views. */
const ACTION = "(ARRAY['export','invite_sent','report_opened','search'])[1 + v % 4]";
const CONTEXT = `'{"os": "macOS", "device": "desktop", "browser": "Chrome"}'::jsonb`;

/** One of the two databases of the figure. Superuser, as processes' times and settings are read and set. */
export type StoredDatabase = { projectId: string; databaseUrl: string; adminUrl: string; stop: () => Promise<void> };

/** Starts the database with `events` stored in it, which may be none; fills it if it is not full. */
export async function openStored(events: number, log: (line: string) => void): Promise<StoredDatabase> {
  const folder = folderOf(events);
  const filled = await isFull(folder, events);
  if (!filled) {
    rmSync(folder, { recursive: true, force: true });
    await withSettings(folder, { wal_level: "minimal", max_wal_senders: "0", autovacuum: "off" });
    await withServer(folder, (admin, other) => fill([admin, other], events, log));
    // The shipped settings again, with the statistics of statements.
    await withSettings(folder, { shared_preload_libraries: "pg_stat_statements" });
  }
  const postgres = await startPostgres({ folder });
  const adminUrl = postgres.adminUrl.replace(/\/postgres$/, "/throughline");
  const projectId = await projectNamed(adminUrl, fullName(events));
  if (!projectId) throw new Error(`${folder} has no project "${fullName(events)}"`);
  return { projectId, databaseUrl: postgres.url, adminUrl, stop: () => postgres.stop() };
}

/** Deletes the folder, which would occupy the disk for ever and can be filled again. BENCH_KEEP=1 keeps it. */
export function removeStored(events: number): void {
  if (process.env.BENCH_KEEP === "1") return;
  for (const count of [events, 0]) rmSync(folderOf(count), { recursive: true, force: true });
}

const folderOf = (events: number): string => join(STORED_FOLDER, String(events));

const fullName = (events: number): string => `${events} stored`;

async function isFull(folder: string, events: number): Promise<boolean> {
  let project: string | undefined;
  await withServer(folder, async (admin) => {
    project = await named(admin, fullName(events));
  });
  return project !== undefined;
}

async function projectNamed(adminUrl: string, name: string): Promise<string | undefined> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await named(admin, name);
  } finally {
    await admin.end();
  }
}

async function named(admin: pg.Client, name: string): Promise<string | undefined> {
  const { rows } = await admin.query<{ id: string }>("SELECT id FROM projects WHERE name = $1", [name]);
  return rows[0]?.id;
}

/** Two connections of a superuser to the migrated database of a server that stops afterwards. */
async function withServer(folder: string, work: (admin: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
  const postgres = await startPostgres({ folder });
  try {
    await migrate(postgres.url);
    const connectionString = postgres.adminUrl.replace(/\/postgres$/, "/throughline");
    const clients = [new pg.Client({ connectionString }), new pg.Client({ connectionString })] as const;
    try {
      for (const client of clients) await client.connect();
      await work(...clients);
    } finally {
      for (const client of clients) await client.end();
    }
  } finally {
    await postgres.stop();
  }
}

/** Settings of the next start, instead of those set before. */
async function withSettings(folder: string, settings: Record<string, string>): Promise<void> {
  await withServer(folder, async (admin) => {
    await admin.query("ALTER SYSTEM RESET ALL");
    for (const [name, value] of Object.entries(settings)) await admin.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  });
}

async function fill([admin, other]: Pair, events: number, log: (line: string) => void): Promise<void> {
  for (const client of [admin, other])
    await client.query(
      "SET maintenance_work_mem = '1GB'; SET work_mem = '1GB'; SET max_parallel_workers_per_gather = 0",
    );
  const project = await makeProject(admin, "unfinished");
  await admin.query(
    `UPDATE projects SET max_people = 100000000, max_devices = 100000000, max_megabytes_per_hour = 1000000
      WHERE id = $1`,
    [project.id],
  );
  if (events > 0) await fillTables([admin, other], project.id, events, log);
  else await admin.query("VACUUM (ANALYZE)");
  await admin.query("UPDATE projects SET name = $2 WHERE id = $1", [project.id, fullName(events)]);
  await admin.query("CHECKPOINT");
}

type Pair = readonly [pg.Client, pg.Client];

async function fillTables(
  [admin, other]: Pair,
  projectId: string,
  events: number,
  log: (line: string) => void,
): Promise<void> {
  const people = storedPeopleCount(events);
  const began = Date.now();
  const msOf = (g: string): string => `(${began - REST_MS - YEAR_MS} + ${g} * ${YEAR_MS / events}::float8)::bigint`;
  const timeOf = (g: string): string => `to_timestamp(${msOf(g)} / 1000::float8)`;
  /** A UUIDv7 of a moment and a number. */
  const uuid = (ms: string, n: string): string =>
    `('0' || to_hex(${ms}) || '70008' || lpad(to_hex(${n}), 15, '0'))::uuid`;
  const p = `'${projectId}'::uuid`;
  // The hash as a number in [0, 1); float8, as numeric is slow.
  const uniform = "((hashint8(v) & 2147483647) / 2147483648::float8)";
  const person = `CASE WHEN v % 2 = 0 THEN 1 + (v / 2 * 1000003) % ${people}
                       ELSE 1 + floor(${people} * ${uniform} ^ 2)::bigint END`;
  const firstOf = `(v / ${OPEN_VISITS} * ${OPEN_VISITS * EVENTS_A_VISIT} + v % ${OPEN_VISITS})`;
  const session = uuid(msOf(firstOf), "v");
  await admin.query(`
    CREATE UNLOGGED TABLE stored_visits AS
    SELECT v, ${person} AS n, ${timeOf(firstOf)} AS started,
           ${timeOf(`(${firstOf} + ${OPEN_VISITS * (EVENTS_A_VISIT - 1)})`)} AS ended
      FROM generate_series(0, ${events / EVENTS_A_VISIT - 1}::bigint) v`);
  await admin.query(`
    CREATE UNLOGGED TABLE stored_people AS
    SELECT n, count(*) AS visits, min(started) AS first, max(ended) AS last FROM stored_visits GROUP BY n ORDER BY n`);
  await admin.query("ANALYZE stored_visits; ANALYZE stored_people");
  log(`stored: visits and people drawn (${seconds(began)})`);

  const chunks = Array.from({ length: Math.ceil(events / CHUNK_EVENTS) }, (_, i) => i * CHUNK_EVENTS);
  const storingEvents = table(
    admin,
    log,
    "events",
    chunks.map(
      (from) => `
    INSERT INTO events (project_id, id, actor_id, stream_id, session_id, ts, received_at, kind, name, active, claim,
           origin, path, title, device, browser, os, properties)
    SELECT ${p}, ${uuid("ms", "g")}, ${ACTOR}, 2 * n + 1, ${session},
           to_timestamp(ms / 1000::float8), to_timestamp(ms / 1000::float8), 'event',
           CASE WHEN k = 2 THEN ${ACTION} ELSE 'screen_view' END, true, ${LOGGED_IN}, 'https://shop.example',
           ${PAGES}[1 + (v + k) % 6], 'Pricing', 'desktop', 'Chrome', 'macOS',
           ('{"n": ' || g || ', "plan": "pro"}')::jsonb
      FROM (SELECT g, v, k, ${person} AS n, ${msOf("g")} AS ms
              FROM (SELECT g, g % ${OPEN_VISITS * EVENTS_A_VISIT} / ${OPEN_VISITS} AS k,
                           g / ${OPEN_VISITS * EVENTS_A_VISIT} * ${OPEN_VISITS} + g % ${OPEN_VISITS} AS v
                      FROM generate_series(${from}::bigint, ${Math.min(from + CHUNK_EVENTS, events) - 1}) g
                    OFFSET 0) a OFFSET 0) b`,
    ),
  );
  // A failure of the other connection may come first; this one is thrown below.
  storingEvents.catch(() => undefined);
  await table(other, log, "sessions", [
    `INSERT INTO sessions (project_id, session_id, actor_id, stream_id, started_at, started_id, ended_at, event_count,
            page_views, entry_path, entry_at, entry_id, exit_path, exit_at, exit_id, context, context_at, context_id)
     SELECT ${p}, id, ${ACTOR}, 2 * n + 1, started, id, ended, ${EVENTS_A_VISIT}, ${EVENTS_A_VISIT - 1},
            ${PAGES}[1 + v % 6], started, id, ${PAGES}[1 + (v + 4) % 6], ended, id, ${CONTEXT}, started, id
       FROM (SELECT v, n, started, ended, ${session} AS id FROM stored_visits ORDER BY v OFFSET 0) x`,
  ]);
  await table(other, log, "identities", [
    `INSERT INTO identities (project_id, id, kind, ext_id, profile_id, first_seen, last_seen, event_count, created_at)
     SELECT ${p}, 2 * n, 'u', 'user-' || n, n, first, last, ${EVENTS_A_VISIT} * visits, first
       FROM stored_people WHERE ${LOGGED_IN}`,
    `INSERT INTO identities (project_id, id, kind, ext_id, stream_class, seen_users)
     SELECT ${p}, 2 * n + 1, 'a', ${DEVICE}, 'sdk', CASE WHEN ${LOGGED_IN} THEN ARRAY[2 * n] ELSE '{}' END
       FROM stored_people`,
  ]);
  await other.query("SELECT setval('identities_id_seq', $1), setval('profile_id_seq', $2)", [
    2 * people + 2,
    people + 1,
  ]);
  await table(other, log, "spans", [
    `INSERT INTO spans (project_id, stream_id, owner_id, run_first, run_last, first_seen, last_seen, event_count)
     SELECT ${p}, 2 * n + 1, CASE WHEN ${LOGGED_IN} THEN 2 * n END, CASE WHEN ${LOGGED_IN} THEN first END,
            CASE WHEN ${LOGGED_IN} THEN last END, CASE WHEN NOT ${LOGGED_IN} THEN first END,
            CASE WHEN NOT ${LOGGED_IN} THEN last END,
            CASE WHEN ${LOGGED_IN} THEN 0 ELSE ${EVENTS_A_VISIT} * visits END
       FROM stored_people`,
  ]);
  await table(other, log, "profiles", [
    `INSERT INTO profiles (project_id, id, display_id, search_text, created_at)
     SELECT ${p}, n, 'user-' || n, 'user-' || n, first FROM stored_people WHERE ${LOGGED_IN}`,
  ]);
  await table(other, log, "profile_stats", [
    `INSERT INTO profile_stats (project_id, profile_id, first_seen, last_seen, last_min, event_count)
     SELECT ${p}, n, first, last, date_bin('1 minute', last, 'epoch'), ${EVENTS_A_VISIT} * visits
       FROM stored_people WHERE ${LOGGED_IN}`,
  ]);
  await fillFacts(other, p, log);
  await storingEvents;
  await admin.query(
    "INSERT INTO project_usage (project_id, kind, used) VALUES ($1, 'people', $2), ($1, 'devices', $3)",
    [projectId, Math.floor((people * 2) / 5), people],
  );
  await admin.query("DROP TABLE stored_visits, stored_people");
}

/** What the facts job keeps about everybody; last 90 days' figures as of a person who came once in them. */
async function fillFacts(client: pg.Client, p: string, log: (line: string) => void): Promise<void> {
  const within = (days: number, value: string) =>
    `CASE WHEN last > now() - interval '${days} days' THEN ${value} ELSE 0 END`;
  const windows = [7, 30, 90].flatMap((days) => [within(days, "1"), within(days, String(EVENTS_A_VISIT))]);
  await table(client, log, "profile_facts", [
    `INSERT INTO profile_facts (project_id, person, first_seen, last_seen, event_count, sessions, active_days, days_7,
            events_7, days_30, events_30, days_90, events_90, sign_up, known_since, handle, name_key, device, browser,
            os, source, landing_path, last_event, last_step, state, computed_on, version)
     SELECT ${p}, ${PERSON}, first, last, ${EVENTS_A_VISIT} * visits, visits, visits, ${windows.join(", ")},
            CASE WHEN ${LOGGED_IN} THEN 'existing' END, CASE WHEN ${LOGGED_IN} THEN first END,
            CASE WHEN ${LOGGED_IN} THEN 'user-' || n ELSE ${DEVICE} END, CASE WHEN ${LOGGED_IN} THEN 'user-' || n END,
            'desktop', 'Chrome', 'macOS', 'Direct', '/pricing', 'screen_view', '/pricing',
            CASE WHEN last > now() - interval '90 days' THEN 'active' ELSE 'dormant' END,
            (now() AT TIME ZONE 'UTC')::date, 5
       FROM stored_people`,
  ]);
  await table(client, log, "person_days", [
    `INSERT INTO person_days (project_id, person, day, events, first_at, last_at)
     SELECT ${p}, ${PERSON}, day, ${EVENTS_A_VISIT} * visits, first, last
       FROM (SELECT n, (started AT TIME ZONE 'UTC')::date AS day, count(*) AS visits, min(started) AS first,
                    max(ended) AS last FROM stored_visits GROUP BY 1, 2 ORDER BY 1, 2) x`,
  ]);
  await table(client, log, "person_events", [
    `INSERT INTO person_events (project_id, person, name, events, first_at, last_at, newest)
     SELECT ${p}, ${PERSON}, 'screen_view', ${EVENTS_A_VISIT - 1} * visits, first, last, ARRAY[last]
       FROM stored_people`,
    `INSERT INTO person_events (project_id, person, name, events, first_at, last_at, newest)
     SELECT ${p}, ${PERSON}, name, visits, first, last, ARRAY[last]
       FROM (SELECT n, ${ACTION} AS name, count(*) AS visits, min(started) AS first, max(ended) AS last
               FROM stored_visits GROUP BY 1, 2 ORDER BY 1, 2) x`,
  ]);
}

/**
 * Each table in one transaction that also creates its file (TRUNCATE), so that it needs no WAL (wal_level minimal);
 * the tables are logged, and as safe as any once that commits. Secondary indexes are built afterwards.
 */
async function table(
  client: pg.Client,
  log: (line: string) => void,
  name: string,
  inserts: readonly string[],
): Promise<void> {
  const start = Date.now();
  await client.query("BEGIN");
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS definition
       FROM pg_index WHERE indrelid = $1::regclass AND NOT indisunique`,
    [name],
  );
  await client.query(`TRUNCATE ${name}`);
  for (const index of indexes) await client.query(`DROP INDEX ${index.name}`);
  for (const insert of inserts) {
    await client.query(insert);
    log(`stored: rows of ${name}, ${seconds(start)}`);
  }
  for (const { definition } of indexes) await client.query(definition);
  await client.query("COMMIT");
  log(`stored: indexes of ${name}, ${seconds(start)}`);
  await client.query(`VACUUM (ANALYZE) ${name}`);
  log(`stored: ${name} in ${seconds(start)}`);
}

const seconds = (since: number): string => `${Math.round((Date.now() - since) / 1_000)} s`;

if (process.argv[1] === import.meta.filename) {
  process.env.AUTH_SECRET = BENCH_SECRET;
  const { stop } = await openStored(storedEventCount(), (line) => console.error(line));
  await stop();
  process.exit(0);
}
