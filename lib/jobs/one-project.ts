import { LRUCache } from "lru-cache";
import { isDataFault } from "@/lib/faults/data-fault";
import { logFault } from "@/lib/faults/log";

/** How long a project is skipped after its data made a job fail, in ms. */
const REST_MS = 60 * 60_000;
const RESTING_MAX = 10_000;

/** When a skipped project is tried again, in ms, by "job project". A restart tries all of them. */
const resting = new LRUCache<string, number>({ max: RESTING_MAX });

/**
 * Runs a job's `work` for one of several projects. If it fails because of the project's own data, the others continue:
 * the project is skipped for an hour, and the result is null. Throws failures that are nobody's fault (a database that
 * is unreachable).
 */
export async function forOneProject<T>(
  job: string,
  projectId: string,
  now: number,
  work: () => Promise<T>,
): Promise<T | null> {
  const key = `${job} ${projectId}`;
  if ((resting.get(key) ?? 0) > now) return null;
  try {
    return await work();
  } catch (error) {
    if (!isDataFault(error)) throw error;
    logFault(`job "${job}" rests for a project whose data makes it fail`, error);
    resting.set(key, now + REST_MS);
    return null;
  }
}
