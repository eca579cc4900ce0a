import { LaterCounts } from "@/lib/db/later-counts";
import type { Database } from "@/lib/db/pool";
import { addToSum } from "@/lib/faults/counts";
import { utcDay } from "@/lib/format/time";
import type { Refusal } from "@/lib/ingest/privacy/refusal";
import { addRefusals, type RefusalDay } from "@/lib/ingest/privacy/refusal-counts.store";

const shared = globalThis as typeof globalThis & { throughlineRefusals?: LaterCounts<RefusalDay> };

/** One per process, shared by Next's copies of this module. */
const counts = () => (shared.throughlineRefusals ??= new LaterCounts("refusals", addRefusals));

/** Counts `count` refusals on the day of `now` (milliseconds, UTC). Returns at once and never throws. */
export function countRefusal(projectId: string, reason: Refusal, now: number, count = 1): void {
  addToSum("refusals", reason, count);
  counts().add({ projectId, day: utcDay(now), reason }, count);
}

/** Writes the pending counts. If that fails they stay pending, and the error is thrown. */
export const flushRefusals = (db?: Database): Promise<void> => counts().flush(db);
