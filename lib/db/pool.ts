import type { Writable } from "node:stream";
import pg from "pg";
import { config } from "@/lib/config";
import { awaitedLater } from "@/lib/faults/awaited-later";
import { logFault } from "@/lib/faults/log";
import { isDatabaseUnreachable } from "@/lib/faults/unreachable";
import { tracer } from "@/lib/trace/span";
import { connectionOf, KEPT_OPEN } from "./connection";
import { typeParsers } from "./row-types";
import { traceStatements } from "./traced-statements";

/** The rows of a query without a row type: their columns are unknown, while pg's `any` would allow anything. */
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
/** Ours comes before pg's own types, as TypeScript picks the first overload that fits. */
export type Tx = Database & pg.PoolClient;
export type Pool = Database & Omit<pg.Pool, "connect"> & { connect(): Promise<Tx> };

type Flush = () => Promise<void>;
const shared = globalThis as typeof globalThis & {
  throughlinePool?: Pool;
  throughlineWriter?: Pool;
  throughlineFlushes?: Map<string, Flush>;
};

/**
 * Settings for the ingest statements, so that each is planned once per connection, and by its indexes: all are written
 * for index lookups row by row. By default, the planner plans each time and relies on statistics that a young table
 * does not have yet (measured: a full scan of 19 ms instead of 0.03 ms on an empty database that had just grown).
 */
const WRITER_SETTINGS = [
  "SET plan_cache_mode = force_generic_plan",
  "SET enable_seqscan = off",
  "SET enable_hashjoin = off",
  "SET enable_mergejoin = off",
  "SET jit = off",
  // How long a process that freezes within a transaction can hold its locks.
  "SET idle_in_transaction_session_timeout = '30s'",
];
/** With these, the locks of a machine that vanished are freed within a minute, by default after two hours. */
const KEEPALIVES = ["SET tcp_keepalives_idle = 20", "SET tcp_keepalives_interval = 10", "SET tcp_keepalives_count = 4"];
const SESSION = [...WRITER_SETTINGS, ...KEEPALIVES].join("; ");
/**
 * Behind a pooler the next transaction may belong to another client, so the settings apply to one transaction: sent
 * with its BEGIN, without an extra round trip.
 */
const WRITER_BEGIN = ["BEGIN", ...WRITER_SETTINGS.map((one) => one.replace("SET ", "SET LOCAL "))].join("; ");
/** Settings as Citus needs them: it plans on its coordinator and must know the project, so no generic plans. */
const plannerSettings = (settings: string, citus: boolean): string =>
  citus ? settings.replace("force_generic_plan", "force_custom_plan") : settings;
/** The pools that connect to Citus. */
const citusPools = new WeakSet<Pool>();
/** Whether the data plane is on several machines, so that each statement must name its project. */
export const isDistributed = (db: Pool): boolean => citusPools.has(db);
/** How a pool's transactions begin, if not simply with BEGIN. */
const beginnings = new WeakMap<Pool, string>();
/** How long a writer's statement, and opening its connection, may take before the connection is given up, in ms. */
const WRITER_PATIENCE_MS = 30_000;
const CONNECT_MS = 10_000;
/** The same for readers, in ms: for opening a connection, longer than a read may take, and for a statement. */
const READER_CONNECT_MS = 40_000;
const STATEMENT_MS = 5 * 60_000;
/** How many connections the pool for everything else has. */
const READERS = 12;
/** How many connections the writer has: one for each project that may be written to at the same time, and a spare. */
const WRITER_CONNECTIONS = 5;

/** The process's pool for storing events, apart from the other, so that no slow page can delay a visitor's events. */
export function writerPool(): Pool {
  shared.throughlineWriter ??= createWriterPool(config().DATABASE_URL);
  return shared.throughlineWriter;
}

/** A writer of its own, for tests and benchmarks that end it themselves. */
export function createWriterPool(
  connectionString: string,
  max = WRITER_CONNECTIONS,
  { patienceMs = WRITER_PATIENCE_MS } = {},
): Pool {
  const created = createPool(connectionString, max, {
    query_timeout: patienceMs,
    connectionTimeoutMillis: Math.min(patienceMs, CONNECT_MS),
  });
  const { pooled, citus } = connectionOf(connectionString);
  if (pooled) beginnings.set(created, plannerSettings(WRITER_BEGIN, citus));
  else created.on("connect", (client) => void client.query(plannerSettings(SESSION, citus)).catch(() => {}));
  return created;
}

/** Registers `flush`, which writes what is pending in memory before the pools end. */
export function beforePoolsEnd(name: string, flush: Flush): void {
  shared.throughlineFlushes ??= new Map();
  shared.throughlineFlushes.set(name, flush);
}

/** Writes everything pending in memory; logs what cannot be written as lost. */
export async function flushPending(): Promise<void> {
  const logLoss = (name: string) => (error: unknown) => logFault(`${name}: what waited in memory is lost`, error);
  await Promise.all([...(shared.throughlineFlushes ?? [])].map(([name, flush]) => flush().catch(logLoss(name))));
}

/** Ends the process's pools, if there are any, once what is pending in memory is written. */
export async function endPools(): Promise<void> {
  await flushPending();
  await Promise.all([shared.throughlinePool?.end(), shared.throughlineWriter?.end()]);
}

/** The pools' connections by state, and how many requests wait for one. */
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

/** The process's pool for the data plane, created at first use; one for all of Next's copies of this module. */
export function pool(): Pool {
  shared.throughlinePool ??= createPool(config().DATABASE_URL, READERS, { query_timeout: STATEMENT_MS });
  return shared.throughlinePool;
}

/**
 * A pool of its own, for tests and scripts that end it themselves. Its connections send a query without waiting for the
 * results of earlier ones (Postgres' pipelining), which no cursor can share: pass `{ pipeline: false }` to use cursors.
 */
export function createPool(connectionString: string, max = READERS, options: pg.PoolConfig = {}): Pool {
  const connection = connectionOf(connectionString);
  const created = new pg.Pool({
    ...connection.config,
    max,
    types: typeParsers,
    application_name: "throughline",
    pipeline: true,
    connectionTimeoutMillis: READER_CONNECT_MS,
    ...KEPT_OPEN,
    ...options,
  });
  created.on("error", () => {}); // an idle connection died; the next query reports that to its caller
  // A connection in use died: its query fails, but pg also emits an event, which without a listener ends the process.
  created.on("connect", (client) => client.on("error", () => {}));
  created.on("connect", corkWrites);
  if (connection.pooled) created.on("connect", stripNames);
  if (connection.citus) citusPools.add(created);
  const tracing = tracer();
  if (tracing) traceStatements(created, tracing);
  return created;
}

/**
 * Makes a connection send everything from one turn of the event loop as one write. pg writes each statement separately,
 * and each write wakes Postgres, which on a busy machine takes the core from the process about to send the next one.
 */
function corkWrites(client: pg.PoolClient): void {
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
 * Makes a connection send prepared statements without a name, to be parsed each time: behind a pooler, the next
 * statement may reach a Postgres connection that knows none of ours.
 */
function stripNames(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...query: unknown[]) => unknown;
  client.query = ((first: unknown, ...rest: unknown[]) =>
    query(isNamed(first) ? { text: first.text, values: first.values } : first, ...rest)) as typeof client.query;
}

type Named = { name: string; text: string; values: unknown[] };
const isNamed = (query: unknown): query is Named =>
  typeof query === "object" && query !== null && typeof (query as Partial<Named>).name === "string";

/** A transaction in progress: its connection, and the statements sent but not yet awaited, which run in that order. */
export class UnitOfWork {
  readonly deferred: Promise<unknown>[] = [];

  constructor(readonly tx: Tx) {}

  /** Defers a statement that was sent and whose result is not needed: it is awaited with the COMMIT. */
  defer(sent: Promise<unknown>): void {
    awaitedLater(sent);
    this.deferred.push(sent);
  }
}

/** The connection broke during a COMMIT, so the transaction may or may not be stored. `cause`: how it broke. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super("the connection broke during a commit", { cause });
  }
}

/**
 * Runs `work` in a transaction that takes as many round trips as it has decisions, not statements: `work` awaits only
 * the results that it needs and defers the rest, which are awaited with the COMMIT that follows in the same pipeline.
 * If a statement fails, the COMMIT becomes a rollback, and the promise rejects with that statement's error, not a later
 * one's. Rejects with OutcomeUnknown if the connection breaks from the COMMIT on.
 */
export async function pipelined<T>(db: Pool, work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
  return withConnection(db, async (tx) => {
    const unit = new UnitOfWork(tx);
    try {
      unit.defer(tx.query(beginnings.get(db) ?? "BEGIN"));
      const result = await work(unit);
      await awaitCommit(Promise.all([...unit.deferred, tx.query("COMMIT")]));
      return result;
    } catch (error) {
      const settled = await Promise.allSettled(unit.deferred);
      // A statement awaited after one that failed only learns that the transaction is aborted, not why.
      const reasons = settled.map((one) => (one.status === "rejected" ? one.reason : null));
      throw isAftermath(error) ? (reasons.find((reason) => reason !== null && !isAftermath(reason)) ?? error) : error;
    }
  });
}

/**
 * Runs `work` on its own connection and rolls back if it fails. The connection is given up if the rollback fails, or if
 * this server is not, or no longer, writable.
 */
export async function withConnection<T>(db: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  try {
    const result = await work(tx);
    tx.release();
    return result;
  } catch (error) {
    await tx.query("ROLLBACK").then(
      () => tx.release((error as { code?: unknown }).code === READ_ONLY),
      (broken: Error) => tx.release(broken),
    );
    throw error;
  }
}

/** Postgres' code for a write on a standby: connections to a former primary stay open, and would fail for ever. */
const READ_ONLY = "25006";

/**
 * Awaits a COMMIT. An error from Postgres means a rollback, even for a full disk; after any other failure the outcome
 * is unknown, and it rejects with OutcomeUnknown.
 */
async function awaitCommit<T>(commit: Promise<T>): Promise<T> {
  try {
    return await commit;
  } catch (error) {
    const { code } = error as { code?: unknown };
    const isRefused = typeof code === "string" && /^(25|53)...$/.test(code);
    throw isDatabaseUnreachable(error) && !isRefused ? new OutcomeUnknown(error) : error;
  }
}

/** Postgres' "current transaction is aborted, commands ignored until end of transaction block". */
const isAftermath = (error: unknown): boolean => (error as { code?: string }).code === "25P02";

/**
 * Runs `work` in a READ COMMITTED transaction: a statement after a lock must see fresh rows (docs/identity.md E3).
 * Rejects with OutcomeUnknown if the connection breaks during the COMMIT.
 */
export async function transaction<T>(db: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  return withConnection(db, async (tx) => {
    await tx.query(beginnings.get(db) ?? "BEGIN");
    const result = await work(tx);
    await awaitCommit(tx.query("COMMIT"));
    return result;
  });
}
