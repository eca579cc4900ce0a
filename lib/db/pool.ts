import type { Writable } from "node:stream";
import pg from "pg";
import { config } from "@/lib/config";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { logFault } from "@/lib/faults/log";
import { connectionOf } from "./connection";

/**
 * Ids are bigint in Postgres and stay far below 2^53, so they are numbers here; timestamps are milliseconds since 1970
 * (±Infinity for the ends of a span).
 */
const INT8 = 20;
const TIMESTAMPTZ = 1184;

function parseTimestamp(text: string): number {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  if (text === "-infinity") return Number.NEGATIVE_INFINITY;
  if (text.length <= SHORT_TIMESTAMP && text.endsWith("+00") && text[4] === "-") return utc(text);
  return Date.parse(text.includes("T") ? text : text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
}

/**
 * "2026-11-23 15:28:30.391+00", with none to three decimals of a second: by far the most frequent form, and ten times
 * faster to parse than with Date.parse.
 */
const SHORT_TIMESTAMP = 26;
function utc(text: string): number {
  const two = (at: number) => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
  const fraction = text.slice(19, -3);
  return (
    Date.UTC(two(0) * 100 + two(2), two(5) - 1, two(8), two(11), two(14), two(17)) +
    (fraction === "" ? 0 : Math.round(Number(`0${fraction}`) * 1000))
  );
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (format !== "binary" && oid === INT8) return Number;
    if (format !== "binary" && oid === TIMESTAMPTZ) return parseTimestamp;
    return pg.types.getTypeParser(oid, format as "text");
  }) as pg.CustomTypesConfig["getTypeParser"],
};

/** Rows of a query that names no row type: reading one of their columns does not compile, unlike with pg's `any`. */
type UntypedRow = { [column: string]: unknown };

/**
 * Anything that runs SQL: a pool (each statement on its own) or a transaction. The caller names the row type:
 * `query<Row>`.
 */
export type Database = {
  query<Row extends pg.QueryResultRow = UntypedRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
};
/** pg's own types come after ours: TypeScript picks the first overload that fits. */
export type Tx = Database & pg.PoolClient;
export type Pool = Database & Omit<pg.Pool, "connect"> & { connect(): Promise<Tx> };

type Flush = () => Promise<void>;
const shared = globalThis as typeof globalThis & {
  throughlinePool?: Pool;
  throughlineWriter?: Pool;
  throughlineFlushes?: Map<string, Flush>;
};

/**
 * Planner settings for the ingest statements: planned once per connection, and along their indexes. Each of them is
 * written for index lookups row by row; by default the planner relies on statistics that a young table does not have
 * yet (measured: a full scan of 19 ms instead of 0.03 ms on an empty database that had just grown), and plans again
 * each time.
 */
const WRITER_SETTINGS =
  "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";
/**
 * Behind a pooler the next transaction may belong to another client, so the settings apply to one transaction: sent
 * with its BEGIN, without an extra round trip.
 */
const WRITER_BEGIN = `BEGIN; ${WRITER_SETTINGS.replaceAll("SET ", "SET LOCAL ")}`;
/** How a pool's transactions begin, if not simply with BEGIN. */
const beginnings = new WeakMap<Pool, string>();
/** Connections of the writer: as many projects as may be written to at the same time, and one to spare. */
const WRITER_CONNECTIONS = 5;

/**
 * The process's pool for storing events, with connections of its own, so that no slow page can delay a visitor's
 * events.
 */
export function writer(): Pool {
  shared.throughlineWriter ??= createWriter(config().DATABASE_URL);
  return shared.throughlineWriter;
}

/** A writer of its own, for tests and benchmarks that end it themselves. */
export function createWriter(connectionString: string, max = WRITER_CONNECTIONS): Pool {
  const made = createPool(connectionString, max);
  if (connectionOf(connectionString).pooled) beginnings.set(made, WRITER_BEGIN);
  else made.on("connect", (client) => void client.query(WRITER_SETTINGS).catch(() => {}));
  return made;
}

/** Has `flush` write what waits in memory, for a moment or until the database is back, before the pools end. */
export function beforePoolsEnd(name: string, flush: Flush): void {
  shared.throughlineFlushes ??= new Map();
  shared.throughlineFlushes.set(name, flush);
}

/** Writes what waits in memory; what cannot be written is logged as lost. */
export async function flushWaiting(): Promise<void> {
  const lost = (name: string) => (error: unknown) => logFault(`${name}: what waited in memory is lost`, error);
  await Promise.all([...(shared.throughlineFlushes ?? [])].map(([name, flush]) => flush().catch(lost(name))));
}

/** Ends the process's pools, if there are any, once what waits for them is written. */
export async function endPools(): Promise<void> {
  await flushWaiting();
  await Promise.all([shared.throughlinePool?.end(), shared.throughlineWriter?.end()]);
}

/** Connections of the process's pools by what they do, and who waits for one. */
export function poolCounts(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [name, one] of [
    ["reads", shared.throughlinePool],
    ["writer", shared.throughlineWriter],
  ] as const) {
    counts[`${name} busy`] = one ? one.totalCount - one.idleCount : 0;
    counts[`${name} idle`] = one?.idleCount ?? 0;
    counts[`${name} awaited`] = one?.waitingCount ?? 0;
  }
  return counts;
}

/** The process's pool for the data plane, created at first use. One per process, also across Next's module copies. */
export function pool(): Pool {
  shared.throughlinePool ??= createPool(config().DATABASE_URL);
  return shared.throughlinePool;
}

/**
 * A pool for tests and scripts that end it themselves. Its connections send a query without waiting for the results of
 * earlier ones (Postgres' pipelining), so no cursor can share one: pass `{ pipeline: false }` for those.
 */
export function createPool(connectionString: string, max = 12, options: pg.PoolConfig = {}): Pool {
  const connection = connectionOf(connectionString);
  const made = new pg.Pool({
    ...connection.config,
    max,
    types,
    application_name: "throughline",
    pipeline: true,
    ...options,
  });
  made.on("error", () => {}); // an idle connection died; the next query reports that to its caller
  // One in use died: its query fails too, but pg also emits it, and without a listener that ends the process.
  made.on("connect", (client) => client.on("error", () => {}));
  made.on("connect", sendTogether);
  if (connection.pooled) made.on("connect", forgetNames);
  return made;
}

/**
 * Makes a connection send everything from one turn of the event loop as one write. pg writes each statement separately:
 * each write wakes Postgres, which on a busy machine takes the core from the process about to send the next.
 */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  const query = client.query.bind(client) as (...query: unknown[]) => unknown;
  let isCorked = false;
  client.query = ((...args: unknown[]) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return query(...args);
  }) as typeof client.query;
}

/**
 * Behind a pooler the next statement may reach a Postgres connection that knows none of our prepared statements: parse
 * each again.
 */
function forgetNames(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...query: unknown[]) => unknown;
  client.query = ((first: unknown, ...rest: unknown[]) =>
    query(isNamed(first) ? { text: first.text, values: first.values } : first, ...rest)) as typeof client.query;
}

type Named = { name: string; text: string; values: unknown[] };
const isNamed = (query: unknown): query is Named =>
  typeof query === "object" && query !== null && typeof (query as Partial<Named>).name === "string";

/**
 * A transaction in progress: what was sent over its connection, and what nobody has awaited yet. Statements run in the
 * order sent.
 */
export class UnitOfWork {
  readonly deferred: Promise<unknown>[] = [];

  constructor(readonly tx: Tx) {}

  /** Takes a statement that was sent and whose result decides nothing here: it is awaited with the COMMIT. */
  defer(sent: Promise<unknown>): void {
    awaitedLater(sent);
    this.deferred.push(sent);
  }
}

/**
 * Runs `work` in a transaction that takes as many round trips as it has decisions, not statements: `work` awaits only
 * what it must decide on and defers the rest, which is awaited with the COMMIT that follows in the same pipeline. If a
 * statement fails, the COMMIT becomes a rollback and the whole rejects with that statement's error, not a later one's.
 */
export async function pipelined<T>(db: Pool, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  const unit = new UnitOfWork(tx);
  try {
    unit.defer(tx.query(beginnings.get(db) ?? "BEGIN"));
    const result = await work(unit);
    await Promise.all([...unit.deferred, tx.query("COMMIT")]);
    tx.release();
    return result;
  } catch (error) {
    const settled = await Promise.allSettled(unit.deferred);
    await tx.query("ROLLBACK").then(
      () => tx.release(),
      (broken: Error) => tx.release(broken),
    );
    // A statement awaited after one that failed only learns that the transaction is aborted, not why.
    const reasons = settled.map((one) => (one.status === "rejected" ? one.reason : null));
    throw isAftermath(error) ? (reasons.find((reason) => reason !== null && !isAftermath(reason)) ?? error) : error;
  }
}

/** Postgres' "current transaction is aborted, commands ignored until end of transaction block". */
const isAftermath = (error: unknown): boolean => (error as { code?: string }).code === "25P02";

/** Runs `work` in a READ COMMITTED transaction: a statement after a lock must see fresh rows (docs/identity.md E3). */
export async function transaction<T>(db: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  try {
    await tx.query(beginnings.get(db) ?? "BEGIN");
    const result = await work(tx);
    await tx.query("COMMIT");
    tx.release();
    return result;
  } catch (error) {
    // A connection whose rollback fails cannot be used again.
    await tx.query("ROLLBACK").then(
      () => tx.release(),
      (broken: Error) => tx.release(broken),
    );
    throw error;
  }
}
