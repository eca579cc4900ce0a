import { measuredLoad, requestBodies, runLoad } from "../load";
import {
  BENCH_SECRET,
  type Bench,
  type Figure,
  type FigureRow,
  makeProject,
  ms,
  perSecond,
  startServer,
} from "../support";
import { makeClient } from "../write-key";

const OLD_EVENTS = 1_500_000;
const PEOPLE = 20_000;
/** How long the old project keeps events when it does not keep them for ever. */
const DAYS = 30;
const CONNECTIONS = 8;
const BATCH = 100;
const WARM_UP_SECONDS = 8;
const SECONDS = 15;
/** Without and with in turn, as the machine may be busier in one of them. */
const ROUNDS = 4;

/** The cost of a running retention job for ingest: batches into one project while events of another are deleted. */
export const retention: Figure = {
  name: "retention",
  title: `Batches of ${BATCH} events, ${CONNECTIONS} connections, while retention deletes ${OLD_EVENTS.toLocaleString("en")} old events`,
  run: async (bench) => {
    const [project, old] = [await makeProject(bench.db, "fresh"), await makeProject(bench.db, "old")];
    await fill(bench, old.id);
    const key = await makeClient(bench.db, project.id);
    const [without, beside]: [Seen[], Seen[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      without.push(await during(bench, key, old.id, 0));
      beside.push(await during(bench, key, old.id, DAYS));
    }
    const rounds = without.flatMap((one, round) => [one, ...beside.slice(round, round + 1)]);
    return [...rounds.map(({ row }) => row), ...compare(without, beside)];
  },
};

/** Everybody has the same number of events, a year and more ago. */
async function fill({ db }: Bench, projectId: string): Promise<void> {
  const seen = "now() - interval '500 days' + i % 86400 * interval '1 s' + i / 86400 * interval '1 day'";
  await db.query(
    `INSERT INTO identities (project_id, id, kind, ext_id, stream_class) SELECT $1, i, 'a', 'device-' || i, 'sdk' FROM generate_series(1, ${PEOPLE}) i`,
    [projectId],
  );
  await db.query(
    `INSERT INTO spans (project_id, stream_id, first_seen, last_seen, event_count)
     SELECT $1, i, now() - interval '500 days', now() - interval '480 days', ${OLD_EVENTS / PEOPLE} FROM generate_series(1, ${PEOPLE}) i`,
    [projectId],
  );
  await db.query(
    `INSERT INTO events (project_id, id, actor_id, ts, received_at, kind, name, path, properties, active, claim)
     SELECT $1, gen_random_uuid(), 1 + i % ${PEOPLE}, ${seen}, ${seen}, 'event', 'screen_view', '/pricing', '{"plan": "pro"}', true, true
       FROM generate_series(1, ${OLD_EVENTS}) i`,
    [projectId],
  );
  await db.query("VACUUM ANALYZE events");
}

/** One load's result. `us`: processor time of app and Postgres together, per event. */
type Seen = { deleted: number; events: number; rate: number; us: number; row: FigureRow };

/** `days`: how long the old project's events are kept; 0 is for ever, so that the job is idle. */
async function during(bench: Bench, key: string, old: string, days: number): Promise<Seen> {
  const { db, databaseUrl, adminUrl, log } = bench;
  await db.query("UPDATE projects SET retention_days = $2 WHERE id = $1", [old, days]);
  // A process looks for due runs when it starts.
  const server = await startServer({ KIND: "ours", DATABASE_URL: databaseUrl, AUTH_SECRET: BENCH_SECRET });
  try {
    const url = `http://127.0.0.1:${server.port}/track`;
    const body = requestBodies(key);
    await runLoad(url, CONNECTIONS, () => body(BATCH), { duration: WARM_UP_SECONDS });
    const before = await leftOf(db, old);
    const got = await measuredLoad(server, adminUrl, BATCH, () =>
      runLoad(url, CONNECTIONS, () => body(BATCH), { duration: SECONDS }),
    );
    const after = await leftOf(db, old);
    const [deleted, events] = [before - after, got.count * BATCH];
    if (days > 0 && after === 0) throw new Error("the job ended before the measurement did");
    if (days > 0 && deleted === 0) throw new Error("the job deleted nothing meanwhile");
    const row: FigureRow = {
      what: days === 0 ? "without" : `with the job, which deleted ${perSecond(deleted / SECONDS)}`,
      value: `${perSecond(got.rate * BATCH)}, p50 ${ms(got.p50)}, p99 ${ms(got.p99)}; an event ${got.cost}`,
    };
    log(`retention: ${row.what}: ${row.value}`);
    return { deleted, events, rate: got.rate * BATCH, us: (got.time.app + (got.time.postgres ?? 0)) / events, row };
  } finally {
    await server.stop();
  }
}

/** Means over the rounds, with against without. */
function compare(without: Seen[], beside: Seen[]): FigureRow[] {
  const mean = (seen: Seen[], of: (one: Seen) => number) => seen.reduce((sum, one) => sum + of(one), 0) / seen.length;
  const ratio = (of: (one: Seen) => number) => (mean(beside, of) / mean(without, of)).toFixed(2);
  const more = mean(beside, ({ us }) => us) - mean(without, ({ us }) => us);
  const deletion = (more * mean(beside, ({ events }) => events)) / mean(beside, ({ deleted }) => deleted);
  return [
    { what: "events a second, with against without", value: ratio(({ rate }) => rate) },
    { what: "processor time an event, the deletions' included, with against without", value: ratio(({ us }) => us) },
    { what: "the difference, for each event deleted", value: `${deletion.toFixed(0)} µs` },
  ];
}

async function leftOf(db: Bench["db"], projectId: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    "SELECT count(*)::float8 AS n FROM events WHERE project_id = $1 AND kind = 'event'",
    [projectId],
  );
  return rows[0]?.n ?? 0;
}
