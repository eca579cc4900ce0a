import { setTimeout as sleep } from "node:timers/promises";
import { OutcomeUnknown, type Pool, writerPool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Operation, OperationOutcome } from "@/lib/events/operation";
import { addToSum } from "@/lib/faults/counts";
import { logFault } from "@/lib/faults/log";
import { isDatabaseUnreachable } from "@/lib/faults/unreachable";
import { applyAlias } from "@/lib/ingest/store/alias";
import type { ProjectSettings } from "@/lib/projects/settings";
import { beginWait, endWait, tracedBatch, type Wait } from "./batch-trace";
import { applyBatch } from "./engine";

/** Operations per transaction: bounds its locks and its memory (about 1 KiB each). */
const MAX_BATCH_OPERATIONS = 1_000;
/** Operations that may wait, over all projects; beyond that, callers get a 503. */
const MAX_WAITING_OPERATIONS = 50_000;
/** Bytes that may wait, as sent: 64 MiB (an operation may have 32 KiB). */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** The size of an operation if the caller does not give one. */
const DEFAULT_OPERATION_BYTES = 1024;
/** Batches written at the same time, each on its own connection. */
const MAX_CONCURRENT_BATCHES = 4;
/**
 * A project's operations wait in two halves, sharded by device. From this many waiting operations on, the halves are
 * stored as two parallel batches, so that one is assembled while Postgres works on the other. Fewer make one batch, as
 * a batch costs about ten statements whatever its size.
 */
const SPLIT_OPERATIONS = 256;
/**
 * If the connection breaks during COMMIT, the batch may or may not be stored. For this long, enough for Postgres to
 * restart, it is retried under the same ids, which is idempotent; a retry by a sender without message ids would not be.
 */
const RESOLVE_MS = 5_000;
/** Pause between these attempts, in ms. */
const RESOLVE_EVERY_MS = 100;

/** The operations of one request; answered when the last of them is settled. */
type Request = {
  outcomes: OperationOutcome[];
  pending: number;
  error: Error | null;
  answer: (request: Request) => void;
  wait: Wait | null;
};
type Waiting = { operation: Operation; request: Request; index: number; arrival: number; bytes: number };
type Half = { waiting: Waiting[]; busy: boolean };
type ProjectQueue = { project: ProjectSettings; halves: [Half, Half] };

/**
 * Group commit: requests join their project's open batch, which is stored as soon as the previous one has committed.
 * There is no timer: a single request never waits, and under load batches grow by themselves.
 */
export class Batcher {
  private readonly queues = new Map<string, ProjectQueue>();
  private readonly ready: ProjectQueue[] = [];
  private running = 0;
  private waitingCount = 0;
  private waitingBytes = 0;
  private arrivals = 0;

  constructor(
    private readonly db: () => Pool,
    private readonly limits = {
      batch: MAX_BATCH_OPERATIONS,
      waiting: MAX_WAITING_OPERATIONS,
      waitingBytes: MAX_WAITING_BYTES,
      concurrent: MAX_CONCURRENT_BATCHES,
      split: SPLIT_OPERATIONS,
    },
    private readonly resolveMs = RESOLVE_MS,
  ) {}

  /**
   * Stores the operations of a request of `sentBytes`; resolves after their commit with one outcome each, in order.
   * Throws AppError `unavailable`, with nothing stored, if too much is waiting or the database is unreachable.
   */
  async submit(
    project: ProjectSettings,
    operations: readonly Operation[],
    sentBytes = operations.length * DEFAULT_OPERATION_BYTES,
  ): Promise<OperationOutcome[]> {
    if (operations.length === 0) return [];
    if (
      this.waitingCount + operations.length > this.limits.waiting ||
      this.waitingBytes + sentBytes > this.limits.waitingBytes
    )
      throw new AppError("unavailable", "Too many events are waiting to be stored. Try again in a second.", {
        retryAfterSeconds: 1,
      });
    const queue = this.queueOf(project);
    const wait = beginWait();
    const { outcomes, error } = await new Promise<Request>((answer) => {
      const request: Request = {
        outcomes: new Array(operations.length),
        pending: operations.length,
        error: null,
        answer,
        wait,
      };
      const bytes = sentBytes / operations.length;
      for (const [index, operation] of operations.entries())
        queue.halves[halfOf(operation)].waiting.push({ operation, request, index, arrival: this.arrivals++, bytes });
      this.waitingCount += operations.length;
      this.waitingBytes += sentBytes;
      this.enqueue(queue);
    });
    if (wait) endWait(wait);
    if (error) throw error;
    return outcomes;
  }

  /** What is waiting, and how many batches are being written. */
  state(): { operations: number; bytes: number; batches: number } {
    return { operations: this.waitingCount, bytes: Math.round(this.waitingBytes), batches: this.running };
  }

  private queueOf(project: ProjectSettings): ProjectQueue {
    const queue = this.queues.get(project.id);
    if (queue) {
      queue.project = project;
      return queue;
    }
    const created: ProjectQueue = {
      project,
      halves: [
        { waiting: [], busy: false },
        { waiting: [], busy: false },
      ],
    };
    this.queues.set(project.id, created);
    return created;
  }

  private enqueue(queue: ProjectQueue): void {
    if (!this.ready.includes(queue)) this.ready.push(queue);
    this.pump();
  }

  private pump(): void {
    for (let turns = this.ready.length; turns > 0 && this.running < this.limits.concurrent; turns--) {
      const queue = this.ready.shift() as ProjectQueue;
      const batch = this.takeBatch(queue);
      // Round robin, so that no project starves another; leaves the list while none of its halves can start.
      if (queue.halves.some((half) => half.waiting.length > 0 && !half.busy)) {
        this.ready.push(queue);
        turns++;
      }
      if (batch) void this.storeBatch(queue, batch);
    }
  }

  /**
   * Takes the next batch of a project's queue: all of a short queue, else one half; null while that half is being
   * stored.
   */
  private takeBatch(queue: ProjectQueue): { halves: Half[]; waiting: Waiting[] } | null {
    const free = queue.halves.filter((half) => !half.busy);
    const count = free.reduce((sum, half) => sum + half.waiting.length, 0);
    if (count === 0) return null;
    const longest = free.toSorted((a, b) => b.waiting.length - a.waiting.length).slice(0, 1);
    const ends = new Set(free.flatMap(({ waiting }) => [waiting[0]?.request, waiting.at(-1)?.request]));
    const isOneBatch = count < this.limits.split || ends.size === 1; // a single request keeps its order
    const halves = free.length === 2 && isOneBatch ? free : longest;
    for (const half of halves) half.busy = true;
    const waiting = halves.flatMap((half) => half.waiting.splice(0, this.limits.batch));
    return { halves, waiting: halves.length > 1 ? waiting.sort((a, b) => a.arrival - b.arrival) : waiting };
  }

  private async storeBatch(
    queue: ProjectQueue,
    { halves, waiting }: { halves: Half[]; waiting: Waiting[] },
  ): Promise<void> {
    this.running += 1;
    this.waitingCount -= waiting.length;
    // Rounding errors of the shares must not accumulate.
    this.waitingBytes =
      this.waitingCount === 0 ? 0 : waiting.reduce((rest, { bytes }) => rest - bytes, this.waitingBytes);
    await tracedBatch(waiting, () => this.run(queue.project, waiting));
    this.running -= 1;
    for (const half of halves) half.busy = false;
    if (queue.halves.some((half) => half.waiting.length > 0)) this.enqueue(queue);
    else if (queue.halves.every((half) => !half.busy)) this.queues.delete(queue.project.id);
    this.pump();
  }

  private async run(project: ProjectSettings, batch: readonly Waiting[]): Promise<void> {
    const merges = batch.filter((w) => w.operation.kind === "alias");
    const others = batch.filter((w) => w.operation.kind !== "alias");
    if (others.length > 0) await this.apply(project, others);
    for (const merge of merges)
      await this.untilKnown(() => applyAlias(this.db(), project, merge.operation)).then(
        (outcome) => settle(merge, outcome),
        (error) => settle(merge, asAppError(error)),
      );
  }

  /**
   * Applies a batch. If the database refuses it, halves it until the failing operation is alone, so that the rest is
   * stored.
   */
  private async apply(project: ProjectSettings, batch: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    try {
      const operations = batch.map((w) => w.operation);
      const outcomes = await this.untilKnown(() => applyBatch(this.db(), project, operations));
      countBatch("stored", batch.length, began);
      for (const [i, waiting] of batch.entries()) settle(waiting, outcomes[i] as OperationOutcome);
    } catch (error) {
      countBatch("failed", batch.length, began);
      if (!isAtFault(error)) for (const waiting of batch) settle(waiting, asAppError(error));
      else if (batch.length === 1) for (const alone of batch) settle(alone, rejection(alone.operation));
      else {
        const half = batch.length >> 1;
        await this.apply(project, batch.slice(0, half));
        await this.apply(project, batch.slice(half));
      }
    }
  }

  /** Repeats `work`, which is idempotent, until its outcome is known; for RESOLVE_MS at most. */
  private async untilKnown<T>(work: () => Promise<T>): Promise<T> {
    let began: number | null = null;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof OutcomeUnknown) began ??= performance.now();
        if (began === null || !isDatabaseUnreachable(error) || performance.now() - began > this.resolveMs) throw error;
        logFault("ingest: a batch is stored again", error);
      }
      await sleep(RESOLVE_EVERY_MS);
    }
  }
}

/**
 * The half an operation waits in: by device, else by user, so that operations that lock the same rows share a batch.
 */
function halfOf({ anon, user }: Operation): 0 | 1 {
  const id = anon ?? user ?? "";
  let sum = 0;
  for (let i = 0; i < id.length; i++) sum += id.charCodeAt(i);
  return (sum & 1) as 0 | 1;
}

function settle({ request, index }: Waiting, result: OperationOutcome | Error): void {
  if (result instanceof Error) request.error ??= result;
  else request.outcomes[index] = result;
  request.pending -= 1;
  if (request.pending === 0) request.answer(request);
}

/**
 * Whether the data is at fault, not the connection: Postgres' classes 22 (bad data), 23 (constraint) and 54 (too
 * large).
 */
const isAtFault = (error: unknown): boolean => /^(22|23|54)/.test((error as { code?: string }).code ?? "");

function rejection(operation: Operation): OperationOutcome {
  return {
    status: "rejected",
    deviceId: operation.anon,
    sessionId: operation.sessionId,
    warnings: operation.warnings,
    reason: { code: "unprocessable", message: "The database cannot store this event's values." },
  };
}

function asAppError(error: unknown): Error {
  if (error instanceof AppError) return error;
  logFault("ingest: a batch failed", error);
  return new AppError("unavailable", "The event could not be stored just now. Try again.", {
    retryAfterSeconds: 2,
    cause: error,
  });
}

function countBatch(outcome: "stored" | "failed", operations: number, began: number): void {
  addToSum("batches", outcome);
  addToSum("batchOperations", outcome, operations);
  addToSum("batchSeconds", outcome, (performance.now() - began) / 1_000);
}

const shared = globalThis as typeof globalThis & { throughlineBatcher?: Batcher };

/** Stores operations through the process's batcher. */
export function submit(
  project: ProjectSettings,
  operations: readonly Operation[],
  sentBytes?: number,
): Promise<OperationOutcome[]> {
  shared.throughlineBatcher ??= new Batcher(writerPool);
  return shared.throughlineBatcher.submit(project, operations, sentBytes);
}

/** The state of the process's batcher. */
export const batcherState = () => shared.throughlineBatcher?.state() ?? { operations: 0, bytes: 0, batches: 0 };
