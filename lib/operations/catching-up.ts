import { setTimeout as sleep } from "node:timers/promises";
import { pool } from "@/lib/db/pool";
import { isLeader, onProcessMessage, sendToProcesses } from "@/lib/db/process-link.store";
import { logFault } from "@/lib/faults/log";
import { forgetProgress, LONG_WORK, type LongWork, progressHere } from "@/lib/faults/progress";
import { type IndexBuild, indexBuilds } from "./index-builds.queries";

/** The progress of jobs and index builds over all data, after an update or an import, in per cent. */
export type CatchingUp = { work: string; percent: number }[];

/** How often the process that runs the jobs reports to the others, and how long a report is valid, in ms. */
const REPORT_EVERY_MS = 2_000;
const VALID_MS = 3 * REPORT_EVERY_MS;
const LOG_EVERY_MS = 60_000;
/** How often index builds are looked up at most, and how long a response waits for that at most, in ms. */
const BUILDS_EVERY_MS = 2_000;
const BUILDS_PATIENCE_MS = 500;
const TOPIC = "progress";

type Percents = Partial<Record<LongWork, number>>;
type Builds = { at: number; found: Promise<IndexBuild[]> };
const shared = globalThis as typeof globalThis & {
  throughlineCatchUp?: { received: { at: number; percents: Percents } | null; builds: Builds | null };
};
const state = () => (shared.throughlineCatchUp ??= { received: null, builds: null });

/** The work in progress in any process; empty if there is none. Answers even while the database is unreachable. */
export async function catchingUp(): Promise<CatchingUp> {
  const now = performance.now();
  const { received: report } = state();
  const reported = report && now - report.at < VALID_MS ? report.percents : {};
  const percents = isLeader() ? progressHere() : reported;
  const jobs = Object.entries(percents).map(([work, percent]) => ({ work: LONG_WORK[work as LongWork], percent }));
  const builds = await Promise.race([buildsNow(now), sleep(BUILDS_PATIENCE_MS, [], { ref: false })]);
  return [...jobs, ...builds.map(({ table, percent }) => ({ work: `an index on ${table}`, percent }))];
}

function buildsNow(now: number): Promise<IndexBuild[]> {
  const known = state();
  if (known.builds === null || now - known.builds.at > BUILDS_EVERY_MS)
    known.builds = { at: now, found: indexBuilds(pool()).catch(() => []) };
  return known.builds.found;
}

/**
 * Reports the jobs' progress to the other processes, and to the log once a minute and at the end. Does not keep the
 * process alive.
 */
export function startProgressReports(log: (line: string) => void): { stop(): void } {
  onProcessMessage(TOPIC, (data) => {
    state().received = { at: performance.now(), percents: percentsIn(data) };
  });
  let loggedAt = Number.NEGATIVE_INFINITY;
  let wasBehind = false;
  const report = () => {
    if (!isLeader()) {
      wasBehind = false;
      return forgetProgress();
    }
    const percents = progressHere();
    const isBehind = Object.keys(percents).length > 0;
    if (isBehind || wasBehind) sendToProcesses(TOPIC, percents);
    if (isBehind && performance.now() - loggedAt >= LOG_EVERY_MS) {
      loggedAt = performance.now();
      log(`Catching up; everything keeps running: ${inWords(percents)}.`);
    } else if (wasBehind && !isBehind) {
      loggedAt = Number.NEGATIVE_INFINITY;
      log("Caught up.");
    }
    wasBehind = isBehind;
  };
  const timer = setInterval(() => {
    try {
      report();
    } catch (error) {
      logFault("the progress could not be reported", error);
    }
  }, REPORT_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}

const inWords = (percents: Percents): string =>
  Object.entries(percents)
    .map(([work, percent]) => `${LONG_WORK[work as LongWork]} ${percent} %`)
    .join(", ");

/** Parses a message, which a process of another version may have sent; ignores unknown kinds of work. */
function percentsIn(data: unknown): Percents {
  const percents: Percents = {};
  if (typeof data !== "object" || data === null) return percents;
  for (const work of Object.keys(LONG_WORK) as LongWork[]) {
    const percent = (data as Record<string, unknown>)[work];
    if (typeof percent === "number") percents[work] = percent;
  }
  return percents;
}
