import { workOnBulk } from "@/lib/privacy/bulk";
import { takeJob } from "@/lib/queue/queue.store";
import { RunAgain } from "./loop";

/** How often the queue is checked, in ms; one lookup in a partial index. */
const EVERY_MS = 2_000;

/** Works on one bulk erasure for some seconds. If it throws, the queue retries it later. */
export async function eraseInBulk(_now: number, signal: AbortSignal): Promise<RunAgain> {
  const job = await takeJob("bulk-erasure");
  if (!job) return new RunAgain(EVERY_MS);
  await workOnBulk(job, signal);
  return new RunAgain(0);
}
