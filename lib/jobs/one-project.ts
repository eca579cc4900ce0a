import { LRUCache } from "lru-cache";
import { logFault } from "@/lib/faults/log";
import { isOwnFault } from "@/lib/faults/own";

/** How long a project rests whose data a job could not take, in ms. */
const REST_MS = 60 * 60_000;
const RESTING_MAX = 10_000;

/** "job project" → until when, in ms. A restart tries all of them again. */
const resting = new LRUCache<string, number>({ max: RESTING_MAX });

/**
 * Does a job's `work` for one project of several. Where that fails by the project's own data, the others go on: it rests
 * for an hour and null is answered. Throws what is nobody's fault (a database that is away).
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
    if (!isOwnFault(error)) throw error;
    logFault(`job "${job}" rests for a project whose data it cannot take`, error);
    resting.set(key, now + REST_MS);
    return null;
  }
}
