import { type Pool, pool } from "@/lib/db/pool";
import { endProgress, recordProgress } from "@/lib/faults/progress";
import { COUNTED_KINDS } from "@/lib/overview/day-counts.queries";
import { announceDays, countDay, dayCountsProgress, daysToCount, isOverBefore } from "@/lib/overview/day-counts.store";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { pause, RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** Days announced together; each is counted by statements of its own. */
const BATCH_DAYS = 8;
/** The job rests this many times as long as it worked. */
const REST = 4;
/** How soon a day that has ended, or has changed since it was counted, is counted again, in ms. */
const CHECK_EVERY_MS = 5 * 60_000;
/**
 * The interval (ms) and the number of checks whether all transactions that may not have seen the announcement have
 * ended.
 */
const WAIT_MS = 50;
const WAITS = 40;

/**
 * Counts the newest days of a project that have to be counted (docs/decisions/0115-day-counts.md); returns whether
 * there may be more. Counts nothing while a transaction older than the announcement runs for too long. Two processes
 * may count at the same time.
 */
export async function countNewestDays(
  db: Pool,
  projectId: string,
  now: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const days = await daysToCount(db, projectId, now, BATCH_DAYS);
  if (days.length === 0) return false;
  const xid = await announceDays(db, projectId, days);
  for (let waits = 0; !(await isOverBefore(db, projectId, xid)); waits++) {
    if (waits === WAITS || signal?.aborted) return false;
    await pause(WAIT_MS, signal ?? new AbortController().signal);
  }
  for (const day of days)
    for (const kind of COUNTED_KINDS) if (!signal?.aborted) await countDay(db, projectId, kind, day);
  return days.length === BATCH_DAYS;
}

/** Records the progress of a project with more days to count than fit in one round. */
async function recordDayProgress(db: Pool, projectId: string, now: number, isMore: boolean | null): Promise<void> {
  if (isMore === null) return; // it failed and resumes later
  if (!isMore) return endProgress("days", projectId);
  const { done, total } = await dayCountsProgress(db, projectId, now);
  recordProgress("days", projectId, done, total);
}

/** Counts the newest days of each project. */
export async function maintainDayCounts(now: number, signal: AbortSignal): Promise<RunAgain> {
  const start = performance.now();
  let hasMore = false;
  for (const projectId of await projectIds(pool())) {
    if (signal.aborted) break;
    const isMore = await forOneProject("count days", projectId, now, () =>
      countNewestDays(pool(), projectId, now, signal),
    );
    hasMore = isMore || hasMore;
    await recordDayProgress(pool(), projectId, now, isMore);
  }
  return new RunAgain(hasMore ? (performance.now() - start) * REST : CHECK_EVERY_MS);
}
