import PgBoss from "pg-boss";
import { Sql } from "sql-template-tag";
import { config } from "@/lib/config";
import { connectionOf } from "@/lib/db/connection";
import { type Database, pool } from "@/lib/db/pool";
import type { ControlTx } from "@/lib/db/prisma";
import { QUEUES, type QueueName } from "./queues";

/**
 * Jobs that survive a restart and run once over all processes, managed by pg-boss in its own schema of the same
 * database. A job is added in the transaction of its cause, and completed in the one that records its outcome. A job's
 * data outlives the person it is about, so it has ids only, never personal data.
 */

/** A transaction or pool behind pg-boss' interface. */
type Executor = PgBoss.Db;

export type QueuedJob = { id: string; data: Record<string, unknown>; startAfter?: Date };

export const viaPool = (db: Database): Executor => ({ executeSql: (text, values) => db.query(text, values) });

/** pg-boss numbers its placeholders and uses some twice; Prisma takes the text between them. */
export const viaPrisma = (tx: ControlTx): Executor => ({
  executeSql: async (text, values) => {
    const parts = text.split(/\$(\d+)/);
    const texts = parts.filter((_, index) => index % 2 === 0);
    const bound = parts.filter((_, index) => index % 2 === 1).map((place) => values[Number(place) - 1] ?? null);
    return { rows: await tx.$queryRaw<unknown[]>(new Sql(texts, bound)) };
  },
});

const shared = globalThis as typeof globalThis & { throughlineBoss?: PgBoss };

/** pg-boss as a library: our own loop (lib/jobs) polls for jobs, so it is never started and has no timers. */
function boss(): PgBoss {
  shared.throughlineBoss ??= bossOn(viaPool(pool()), config().DATABASE_URL);
  return shared.throughlineBoss;
}

const bossOn = (db: Executor, databaseUrl: string): PgBoss =>
  new PgBoss({ db, schema: queueSchemaFor(databaseUrl), migrate: true, supervise: false, schedule: false });

/** The schema of pg-boss' tables: one per instance, as several may share a database, each with its own schema. */
export function queueSchemaFor(databaseUrl: string): string {
  const { schema } = connectionOf(databaseUrl);
  return schema === null ? "pgboss" : `pgboss_${schema.toLowerCase().replace(/\W/g, "_")}`.slice(0, 50);
}

/** Creates or updates pg-boss' tables, and our queues. Part of migrating: one process at a time. */
export async function installQueues(db: Database, databaseUrl: string): Promise<void> {
  const installer = bossOn(viaPool(db), databaseUrl);
  await installer.start();
  const known = new Map((await installer.getQueues()).map((queue) => [queue.name, queue]));
  for (const { name, ...options } of QUEUES) {
    const wanted = { ...options, name, retryBackoff: true };
    if (known.has(name)) await installer.updateQueue(name, wanted);
    else await installer.createQueue(name, wanted);
  }
}

/**
 * Adds a job in the transaction of `db`. An existing job with the same id is not changed. Throws if the database has
 * not been migrated.
 */
export async function enqueue(db: Executor, queue: QueueName, job: QueuedJob): Promise<void> {
  const options = { id: job.id, db, ...(job.startAfter ? { startAfter: job.startAfter } : {}) };
  if ((await boss().send(queue, job.data, options)) !== null) return;
  if (!(await boss().getQueue(queue))) throw new Error(`there is no queue "${queue}": the database was not migrated`);
}

/** Adds many jobs, like `enqueue`, in one statement. */
export async function enqueueAll(db: Executor, queue: QueueName, jobs: readonly QueuedJob[]): Promise<void> {
  const rows = jobs.map(({ startAfter, ...job }) => ({
    ...job,
    name: queue,
    ...(startAfter ? { startAfter: startAfter.toISOString() } : {}),
  }));
  if (rows.length > 0) await boss().insert(rows, { db });
}

/** Claims a due job for this process alone; null if there is none. */
export async function takeJob(queue: QueueName): Promise<QueuedJob | null> {
  const [job] = await boss().fetch<Record<string, unknown>>(queue);
  return job ? { id: job.id, data: job.data ?? {} } : null;
}

/** Completes a job. */
export const completeJob = (db: Executor, queue: QueueName, id: string): Promise<void> =>
  boss().complete(queue, id, {}, { db });

/**
 * Returns a failed job to its queue. The result is when it is retried; null if that was the last attempt, so that it
 * moved to its dead-letter queue.
 */
export async function failJob(tx: Database, queue: QueueName, id: string): Promise<Date | null> {
  await boss().fail(queue, id, {}, { db: viaPool(tx) });
  const job = await jobOf(tx, queue, id);
  return job?.state === "retry" ? new Date(job.startAfter) : null;
}

/** Restarts a job now, whatever its state; false if a process is working on it. */
export async function restartJob(tx: Database, queue: QueueName, job: QueuedJob): Promise<boolean> {
  if ((await jobOf(tx, queue, job.id))?.state === "active") return false;
  await boss().deleteJob(queue, job.id, { db: viaPool(tx) });
  await enqueue(viaPool(tx), queue, job);
  return true;
}

/** Returns a job that this process has claimed to its queue until `until`, without using up an attempt. */
export async function postponeJob(tx: Database, queue: QueueName, job: QueuedJob, until: Date): Promise<void> {
  const claimed = await jobOf(tx, queue, job.id);
  if (!claimed) return;
  const db = viaPool(tx);
  await boss().deleteJob(queue, job.id, { db });
  const retryLimit = claimed.retryLimit - claimed.retryCount;
  await boss().send(queue, job.data, { id: job.id, db, startAfter: until, retryLimit });
}

const jobOf = (tx: Database, queue: QueueName, id: string) =>
  boss().getJobById(queue, id, { db: viaPool(tx), includeArchive: false });

/** Returns the jobs of dead processes to the queue, and deletes those that ended long ago. */
export const maintainQueues = (): Promise<void> => boss().maintain();

/** How many jobs of each queue are waiting, for a first attempt or another. One statement per queue, over an index. */
export async function queueSizes(): Promise<Record<QueueName, number>> {
  const sizes = await Promise.all(QUEUES.map(async ({ name }) => [name, await boss().getQueueSize(name)] as const));
  return Object.fromEntries(sizes) as Record<QueueName, number>;
}
