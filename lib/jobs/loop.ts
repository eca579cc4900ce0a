import { isLeader } from "@/lib/db/process-link.store";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { addToSum } from "@/lib/faults/counts";
import { logFault } from "@/lib/faults/log";
import { traced } from "@/lib/trace/span";

/** How often a process that does not run the jobs checks whether it has become the leader, in ms. */
const LEADER_CHECK_MS = 2_000;
/** The longest pause after failures, in ms, unless the job's interval is longer. */
const MAX_RETRY_MS = 30_000;

/**
 * One background job. It may be cut off anywhere, and run again at any time: after the loop's interval, or when it
 * chooses. Only one process runs it, unless `everywhere` is set; if that process loses its connection, another takes
 * over, so for a moment both may run.
 */
export type Job = {
  name: string;
  run: (now: number, signal: AbortSignal) => Promise<unknown | RunAgain>;
  everywhere?: boolean;
};
/** Returned by a job that wants to run again sooner or later than its interval. */
export class RunAgain {
  constructor(readonly inMs: number) {}
}

export type Running = { stop(): Promise<void> };

/**
 * The loop of background jobs: each runs at once and then every `everyMs`, one after the other. A job that fails does
 * not affect the others and is retried with growing pauses. Does not keep the process alive. `stop` starts no further
 * run; its promise resolves when the current one has ended.
 */
export function runJobs(jobs: readonly Job[], everyMs: number, isLeading: () => boolean = isLeader): Running {
  const stopping = new AbortController();
  const { signal } = stopping;
  const tasks = jobs.map((job) => ({ job, dueAt: 0, retry: backoff(Math.max(MAX_RETRY_MS, everyMs)) }));
  const running = (async () => {
    while (!signal.aborted) {
      for (const task of tasks) {
        if (signal.aborted) return;
        if (task.dueAt > performance.now()) continue;
        const restMs = task.job.everywhere || isLeading() ? await attempt(task, everyMs, signal) : LEADER_CHECK_MS;
        task.dueAt = restMs + performance.now();
      }
      await pause(Math.min(...tasks.map((task) => task.dueAt)) - performance.now(), signal);
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Runs a job; returns how long it rests afterwards, in ms. */
async function attempt({ job, retry }: { job: Job; retry: Backoff }, everyMs: number, signal: AbortSignal) {
  const began = performance.now();
  addToSum("jobRuns", job.name);
  try {
    const result = await traced(`job ${job.name}`, {}, () => job.run(Date.now(), signal));
    retry.worked();
    return result instanceof RunAgain ? result.inMs : everyMs;
  } catch (error) {
    // After a stop, the failure is only the database closing with the process.
    if (!signal.aborted) addToSum("jobFailures", job.name);
    if (!signal.aborted) logFault(`job "${job.name}" failed and will be tried again`, error);
    return retry.failed();
  } finally {
    addToSum("jobSeconds", job.name, (performance.now() - began) / 1_000);
  }
}

/** Resolves early on stop. The timer does not keep the process alive. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    signal.addEventListener("abort", end);
  });
}
