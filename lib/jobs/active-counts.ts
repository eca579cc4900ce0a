import { type Pool, pool, transaction } from "@/lib/db/pool";
import { endProgress, hasProgress, recordProgress } from "@/lib/faults/progress";
import {
  activeCountsProgress,
  areActiveCounted,
  beginActiveCounts,
  countMorePeople,
  isTidyingDue,
  tidyActiveCounts,
} from "@/lib/profiles/active-counts.store";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { lockFacts } from "@/lib/profiles/profiles.store";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** People counted per transaction, for which other work on facts of the project waits: some 300 ms. */
const BATCH_PEOPLE = 5_000;
/** After a batch the database rests three times as long as it took. */
const REST = 3;
/** How soon a new project is counted, in ms. */
const CHECK_EVERY_MS = 5 * 60_000;
/**
 * How long after an update counting begins, in ms: processes of the previous version change days without updating the
 * sums.
 */
const OLDER_PROCESSES_MS = 15 * 60_000;

/** How often progress is reported, in ms, as that reads an index of all of a project's people. */
const REPORT_EVERY_MS = 15_000;
let reportedAt = Number.NEGATIVE_INFINITY;

/**
 * Begins, continues or tidies the counts of a project; returns whether there is more to count now. Only continues
 * counts that began until `begunBefore`.
 */
async function countBatch(db: Pool, projectId: string, now: number, begunBefore: number): Promise<boolean> {
  const isTidy = (await areActiveCounted(db, projectId)) && !(await isTidyingDue(db, projectId, now));
  if (isTidy) return false;
  return transaction(db, async (tx) => {
    await lockFacts(tx, projectId);
    const { since, isDone } = await beginActiveCounts(tx, projectId, now);
    if (isDone) await tidyActiveCounts(tx, projectId, now);
    if (isDone || since > begunBefore) return false;
    await countMorePeople(tx, projectId, BATCH_PEOPLE);
    return true;
  });
}

/** Records the progress of a large project that is not completely counted yet, even if its count has not begun. */
async function recordCountProgress(db: Pool, projectId: string): Promise<void> {
  if (await areActiveCounted(db, projectId)) return endProgress("people", projectId);
  const { done, total } = await activeCountsProgress(db, projectId);
  if (total > BATCH_PEOPLE) recordProgress("people", projectId, done, total);
}

/**
 * Counts the active people of projects without sums after an update (docs/decisions/0121-people-by-gaps.md); then the
 * facts job maintains the sums.
 */
export async function maintainActiveCounts(now: number, signal: AbortSignal): Promise<RunAgain> {
  const start = performance.now();
  let hasMore = false;
  const isReportDue = start - reportedAt > REPORT_EVERY_MS;
  if (isReportDue) reportedAt = start;
  for (const projectId of await projectIds(pool())) {
    if (signal.aborted) break;
    const isMore = await forOneProject("count people", projectId, now, () =>
      countBatch(pool(), projectId, now, now - OLDER_PROCESSES_MS),
    );
    hasMore = isMore || hasMore;
    if (isReportDue || (!isMore && hasProgress("people", projectId))) await recordCountProgress(pool(), projectId);
  }
  return new RunAgain(hasMore ? (performance.now() - start) * REST : CHECK_EVERY_MS);
}

/** Runs to completion, for imports, tests and benchmarks. */
export async function completeActiveCounts(db: Pool, projectId: string, now: number): Promise<void> {
  while (await countBatch(db, projectId, now, Number.POSITIVE_INFINITY));
}
