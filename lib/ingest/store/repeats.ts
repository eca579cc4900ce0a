import { lru } from "@/lib/lru";
import { isRepeatOfEvent } from "./events.store";

/** How long batches of a project expect further duplicates after one, in ms: SDKs resend what they have queued. */
const REPEATING_MS = 60_000;
const PROJECTS_MAX = 1_000;

const repeating = lru<true>(PROJECTS_MAX, { ttl: REPEATING_MS });

/**
 * Runs `work` for a batch of new events, and again as a batch with possible duplicates if Postgres finds one. At most
 * one batch a project and minute is stored in two attempts.
 */
export async function expectingNew<T>(projectId: string, work: (areNew: boolean) => Promise<T>): Promise<T> {
  if (!repeating.has(projectId)) {
    try {
      return await work(true);
    } catch (error) {
      if (!isRepeatOfEvent(error)) throw error;
      repeating.set(projectId, true);
    }
  }
  return await work(false);
}
