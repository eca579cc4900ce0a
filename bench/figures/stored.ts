import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { createPool } from "@/lib/db/pool";
import { measuredLoad, runLoad } from "../load";
import { openStored, removeStored, type StoredDatabase, storedEventCount, storedPeopleCount } from "../stored-data";
import { latelySeen, type Returning, returningAnybody, returningVisits, StoredLoad } from "../stored-load";
import { countersBetween, readCounters, type StatementCounters, sizesOf, statementsOf } from "../stored-statements";
import { BENCH_SECRET, type Figure, type FigureRow, ms, perSecond, startServer } from "../support";
import { makeClient } from "../write-key";

const WARM_UP_SECONDS = 6;
const SHAPES = [
  { size: 100, connections: 32 },
  { size: 1, connections: 64 },
];
type Shape = (typeof SHAPES)[number];
type Stored = { people: number; lately: number[] };
type Load = { name: string; rounds: number; seconds: number; returning: (stored: Stored, turn: number) => Returning };
const LOADS: Load[] = [
  {
    name: "visits",
    rounds: 2,
    seconds: 40,
    returning: ({ people, lately }, turn) => returningVisits(people, lately, turn),
  },
  { name: "anybody", rounds: 4, seconds: 10, returning: ({ people }, turn) => returningAnybody(people, turn) },
];
const REACH = 0.8;

/**
 * The rate of ingest, and the cost of an event, in a project with 50 million stored events and in an empty one, in
 * alternating turns, as the machine may be busier in one of them.
 */
export const stored: Figure = {
  name: "stored",
  title: `Ingest at ${storedEventCount().toLocaleString("en")} stored events, and into an empty database`,
  onlyNamed: true,
  run: async ({ log }) => {
    const count = storedEventCount();
    const full = await openStored(count, log);
    const empty = await openStored(0, log);
    try {
      const sizes = await sizesOf(full.adminUrl, count);
      const there = { people: storedPeopleCount(count), lately: await latelySeen(full.adminUrl) };
      log(`stored: ${there.lately.length} people were seen lately`);
      const turns: Turn[] = [];
      for (const load of LOADS)
        for (let round = 0; round < load.rounds; round++)
          for (const [database, isEmpty] of [
            [empty, true],
            [full, false],
          ] as const)
            turns.push(...(await turn(database, isEmpty, { load, there, round, log })));
      return [...LOADS.flatMap((load) => SHAPES.flatMap((shape) => compare(turns, load, shape))), ...sizes];
    } finally {
      await Promise.all([full.stop(), empty.stop()]);
      removeStored(count);
    }
  },
};

type Turn = {
  load: Load;
  shape: Shape;
  isEmpty: boolean;
  events: number;
  rate: number;
  us: Us;
  p99: number;
  reading: StatementCounters;
};
type Us = { app: number; postgres: number };

/** A server of its own, so that its queues hold nothing from the previous turn. */
async function turn(
  { projectId, databaseUrl, adminUrl }: StoredDatabase,
  isEmpty: boolean,
  { load, there, round, log }: { load: Load; there: Stored; round: number; log: (line: string) => void },
): Promise<Turn[]> {
  const db = createPool(databaseUrl, 2);
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await holdJobs(admin);
  const server = await startServer({ KIND: "ours", DATABASE_URL: databaseUrl, AUTH_SECRET: BENCH_SECRET });
  try {
    const key = await makeClient(db, projectId);
    const url = `http://127.0.0.1:${server.port}/track`;
    // Different ones from those in the measured turn.
    const before = new StoredLoad(key, load.returning(there, 2 * round + 1));
    await runLoad(url, 32, () => before.body(100), { duration: WARM_UP_SECONDS / 2 });
    await runLoad(url, 64, () => before.body(1), { duration: WARM_UP_SECONDS / 2 });
    const messages = new StoredLoad(key, load.returning(there, 2 * round));
    if (isEmpty) await sendEverybody(url, messages);
    const turns: Turn[] = [];
    for (const shape of SHAPES) {
      const { size, connections } = shape;
      const start = await readCounters(admin);
      const got = await measuredLoad(server, adminUrl, size, () =>
        runLoad(url, connections, () => messages.body(size), { duration: load.seconds }),
      );
      const reading = countersBetween(start, await readCounters(admin));
      const events = got.count * size;
      const us = { app: got.time.app / events, postgres: (got.time.postgres ?? Number.NaN) / events };
      turns.push({ load, shape, isEmpty, events, rate: got.rate * size, us, p99: got.p99, reading });
      log(
        `stored: ${load.name}, ${isEmpty ? "empty" : "full"}, ${nameOf(shape)}: ${perSecond(got.rate * size)}, p99 ${ms(got.p99)}, ${got.cost}`,
      );
    }
    return turns;
  } finally {
    await server.stop();
    await Promise.all([admin.end(), db.end()]);
  }
}

/**
 * Keeps hourly jobs from running: they never saw these rows and would work through a year at once. This connection is
 * the one that leads. Facts of the people in the load are computed, as always.
 */
async function holdJobs(admin: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await admin.query<{ held: boolean }>(
      "SELECT pg_try_advisory_lock(hashtextextended('throughline jobs ' || current_schema(), 0)) AS held",
    );
    if (rows[0]?.held) return;
    await sleep(200);
  }
}

async function sendEverybody(url: string, messages: StoredLoad): Promise<void> {
  const headers = { "content-type": "application/json" };
  for (const body of messages.everybody(500)) {
    const { ok, status } = await fetch(url, { method: "POST", headers, body });
    if (!ok) throw new Error(`people were not stored: ${status}`);
  }
}

const nameOf = ({ size, connections }: Shape): string =>
  `${size === 1 ? "singles" : `batches of ${size}`}, ${connections} connections`;

/** All rounds of a load in a shape, and what differs by statement. */
function compare(turns: Turn[], load: Load, shape: Shape): FigureRow[] {
  const name = `${load.name}, ${nameOf(shape)}`;
  const of = (isEmpty: boolean) =>
    turns.filter((one) => one.load === load && one.shape === shape && one.isEmpty === isEmpty);
  const [empty, full] = [of(true), of(false)];
  const row = (what: string, some: Turn[]): FigureRow => {
    const us = (read: (us: Us) => number) => mean(some, (one) => read(one.us)).toFixed(1);
    const { wal, reads } = perEvent(some);
    return {
      what: `${name}, ${what}`,
      value: `${some.map(({ rate }) => perSecond(rate)).join(", ")}; p99 ${some.map(({ p99 }) => ms(p99)).join(", ")}; an event app ${us(({ app }) => app)} µs, Postgres ${us(({ postgres }) => postgres)} µs, ${wal.toFixed(0)} bytes of WAL, ${reads.toFixed(2)} pages not in shared buffers`,
    };
  };
  const ratio = mean(full, ({ rate }) => rate) / mean(empty, ({ rate }) => rate);
  return [
    row("empty", empty),
    row("stored", full),
    { what: `${name}: rate, stored against empty`, value: ratio.toFixed(2), reference: `at least ${REACH}` },
    ...statementsOf(total(empty), total(full), { empty: events(empty), full: events(full) }),
  ];
}

const mean = (turns: Turn[], of: (one: Turn) => number): number =>
  turns.reduce((sum, one) => sum + of(one), 0) / turns.length;
const events = (turns: Turn[]): number => turns.reduce((sum, one) => sum + one.events, 0);
const total = (turns: Turn[]): StatementCounters[] => turns.map(({ reading }) => reading);
const perEvent = (turns: Turn[]) => ({
  wal: turns.reduce((sum, { reading }) => sum + reading.wal, 0) / events(turns),
  reads: turns.reduce((sum, { reading }) => sum + reading.reads, 0) / events(turns),
});
