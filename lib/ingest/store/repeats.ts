import { lru } from "@/lib/lru";
import { isRepeatOfEvent } from "./events.store";

/** How long after a duplicate a project's batches expect more, in ms: SDKs resend their queue. */
const REPEATING_MS = 60_000;
const PROJECTS_MAX = 1_000;

const repeating = lru<true>(PROJECTS_MAX, { ttl: REPEATING_MS });

/**
 * Runs `work` assuming that all events of a batch are new, and again without assuming it if Postgres finds a duplicate.
 * At most one batch per project and minute needs both attempts.
 */
export async function expectingNew<T>(projectId: string, work: (isAllNew: boolean) => Promise<T>): Promise<T> {
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
