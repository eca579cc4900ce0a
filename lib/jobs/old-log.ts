import { deleteOldAccessLogEntries } from "@/lib/access-log/access-log.store";
import { pool } from "@/lib/db/pool";
import { projectIds } from "@/lib/profiles/facts/facts.queries";
import { RunAgain } from "./loop";

const EVERY_MS = 60 * 60_000;
/** The most full chunks in a round, and when the next round of a large backlog begins, in ms. */
const ROUND_CHUNKS = 40;
const SOON_MS = 5_000;

/**
 * Deletes old entries of the access log, project by project. A large backlog, after its retention was shortened, takes
 * several rounds of at most `maxChunks` full chunks, with other jobs in between.
 */
export async function deleteOldAccessLog(
  now: number,
  signal: AbortSignal,
  maxChunks = ROUND_CHUNKS,
): Promise<RunAgain> {
  let chunks = 0;
  for (const projectId of await projectIds(pool())) {
    let hasMore = true;
    while (hasMore) {
      if (signal.aborted || chunks === maxChunks) return new RunAgain(SOON_MS);
      ({ hasMore } = await deleteOldAccessLogEntries(pool(), projectId, now));
      if (hasMore) chunks++;
    }
  }
  return new RunAgain(EVERY_MS);
}
