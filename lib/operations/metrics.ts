import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { poolCounts } from "@/lib/db/pool";
import { isLeader } from "@/lib/db/process-link.store";
import { replicaLag } from "@/lib/db/replica";
import { type Sum, sumsOf } from "@/lib/faults/counts";
import { batcherState } from "@/lib/ingest/store/batcher";
import { queueSizes } from "@/lib/queue/queue.store";
import { catchingUp } from "./catching-up";

/**
 * This process' metrics for Prometheus. Names and labels are fixed: no metric contains a project, a person or an
 * address. docs/operations.md explains which to watch.
 */

/** Upper bounds in seconds: an event takes a few milliseconds, a large page some hundreds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** How often the queues are counted at most, in ms. */
const QUEUES_EVERY_MS = 10_000;

/** The kind of a request, by what answers it. */
export type RequestKind = "ingest" | "api" | "page";

export type Metrics = {
  registry: Registry;
  /** Records an answered request. */
  observe(kind: RequestKind, status: number, seconds: number): void;
};

type Collected = { name: string; help: string; label: string };

const SUMS: Record<Sum, Collected> = {
  messages: {
    name: "throughline_messages_total",
    help: "Messages by outcome, as the debugger shows them; whole requests that were refused count as one.",
    label: "outcome",
  },
  refusals: { name: "throughline_refusals_total", help: "Messages deliberately not stored.", label: "reason" },
  batches: { name: "throughline_batches_total", help: "Batches written to the database.", label: "outcome" },
  batchOperations: { name: "throughline_batch_operations_total", help: "Operations in them.", label: "outcome" },
  batchSeconds: {
    name: "throughline_batch_seconds_total",
    help: "Time they took, waiting included.",
    label: "outcome",
  },
  jobRuns: { name: "throughline_job_runs_total", help: "Runs of each background job.", label: "job" },
  jobFailures: { name: "throughline_job_failures_total", help: "Runs that failed; they are repeated.", label: "job" },
  jobSeconds: { name: "throughline_job_seconds_total", help: "Time that runs took.", label: "job" },
};

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const [sum, { name, help, label }] of Object.entries(SUMS) as [Sum, Collected][])
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of sumsOf(sum)) this.inc({ [label]: value }, count);
      },
    });
  gauge(registry, "throughline_waiting", "What waits to be stored.", "what", async () => batcherState());
  gauge(registry, "throughline_pool_connections", "Connections to the database.", "state", async () => poolCounts());
  gauge(
    registry,
    "throughline_replica_lag_seconds",
    "How far the replica is behind.",
    "replica",
    async () => {
      const lag = replicaLag();
      const lags: Record<string, number> = lag === null ? {} : { read: lag };
      return lags;
    },
    "max",
  );
  gauge(
    registry,
    "throughline_runs_jobs",
    "1 in the process that runs the background jobs, 0 in all others.",
    "state",
    async () => ({
      running: isLeader() ? 1 : 0,
    }),
  );
  gauge(
    registry,
    "throughline_catching_up_percent",
    "Progress of the work that an update left to the jobs, and of index builds; absent once done.",
    "work",
    async () => Object.fromEntries((await catchingUp().catch(() => [])).map(({ work, percent }) => [work, percent])),
    "max",
  );
  gauge(registry, "throughline_queue_jobs", "Jobs that wait in each queue.", "queue", onceIn(QUEUES_EVERY_MS, queues));
  const requests = new Histogram({
    name: "throughline_request_seconds",
    help: "Requests and the time they took, by who answers them.",
    labelNames: ["kind", "status"],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    registry,
    observe: (kind, status, seconds) => requests.observe({ kind, status: `${Math.floor(status / 100)}xx` }, seconds),
  };
}

/** Registers a gauge with one value per label. Over several processes it is their sum, or the largest. */
function gauge(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  values: () => Promise<Record<string, number>>,
  aggregator: "sum" | "max" = "sum",
): void {
  new Gauge({
    aggregator,
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset();
      for (const [value, count] of Object.entries(await values())) this.set({ [label]: value }, count);
    },
  });
}

/**
 * The sizes of the queues, which all processes share, so that one reports them; none if the database is unreachable.
 */
const queues = async (): Promise<Record<string, number>> => (isLeader() ? queueSizes().catch(() => ({})) : {});

/** A function that repeats `work` at most every `ms`, and returns its last result in between. */
function onceIn<T>(ms: number, work: () => Promise<T>): () => Promise<T> {
  let [at, last]: [number, Promise<T> | null] = [0, null];
  return () => {
    const now = performance.now();
    if (last === null || now - at > ms) [at, last] = [now, work()];
    return last;
  };
}
