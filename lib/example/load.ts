import type { Operation } from "@/lib/events/operation";
import { submit } from "@/lib/ingest/store/batcher";
import { countStoredEvents } from "@/lib/projects/received.store";
import type { ProjectSettings } from "@/lib/projects/settings";

/** Operations per request: the batcher's maximum per transaction. */
const CHUNK = 1_000;
/** Concurrent requests, so that one is queued while another is stored. */
const REQUESTS = 2;

/**
 * Sends the operations through the ingest pipeline, oldest first. `onStored` gets how many operations are stored in
 * all, and how many new events a chunk had, as a plan counts them. Stored operations count as duplicates, so an
 * interrupted load can be repeated. Throws at the first rejected operation, and between chunks when `signal` is
 * aborted.
 */
export async function loadDemo(
  project: ProjectSettings,
  operations: readonly Operation[],
  onStored: (done: number, events: number) => void,
  signal?: AbortSignal,
): Promise<{ accepted: number; duplicates: number }> {
  const total = { accepted: 0, duplicates: 0 };
  let next = 0;
  const worker = async () => {
    while (next < operations.length) {
      signal?.throwIfAborted();
      const chunk = operations.slice(next, next + CHUNK);
      next += CHUNK;
      const outcomes = await submit(project, chunk);
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.status === "accepted") total.accepted++;
        else if (outcome.status === "duplicate") total.duplicates++;
        else throw new Error(`The demo's ${chunk[index]?.name} of ${chunk[index]?.user} was ${outcome.status}.`);
      }
      onStored(total.accepted + total.duplicates, countStoredEvents(chunk, outcomes));
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: REQUESTS }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return total;
}
