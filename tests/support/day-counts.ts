import { pool } from "@/lib/db/pool";
import { countNewestDays } from "@/lib/jobs/day-counts";
import { daysToCount } from "@/lib/overview/day-counts.store";

/** Rounds of a job that gives up after two seconds. */
const ROUNDS = 30;

/**
 * Counts all closed days of a project. The job gives up while an older transaction runs, which may be one of another
 * test file: snapshots are of the whole server, not of a database.
 */
export async function countAllDays(projectId: string, now: number): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    while (await countNewestDays(pool(), projectId, now));
    if ((await daysToCount(pool(), projectId, now, 1)).length === 0) return;
  }
  throw new Error("Some transaction of this Postgres does not end: days cannot be counted.");
}
