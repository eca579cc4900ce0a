import type { z } from "zod";
import type { RefState } from "@/lib/privacy/bulk";
import type { BulkErasure } from "@/lib/privacy/bulk.queries";
import type { bulkErasureSchema, erasuresSchema } from "./privacy-schemas";

const iso = (ms: number): string => new Date(ms).toISOString();

export function presentBulk(bulk: BulkErasure): z.infer<typeof bulkErasureSchema> {
  return {
    id: bulk.id,
    state: bulk.stoppedAt !== null ? "stopped" : bulk.finishedAt !== null ? "finished" : "running",
    requestedAt: iso(bulk.requestedAt),
    finishedAt: bulk.finishedAt === null ? null : iso(bulk.finishedAt),
    suppress: bulk.suppress,
    total: bulk.total,
    erased: bulk.erased,
    waiting: bulk.waiting,
    failed: bulk.failed,
  };
}

export const presentRef = ({ ref, state, erasedAt }: RefState): z.infer<typeof erasuresSchema>["data"][number] => ({
  ref,
  state,
  erasedAt: erasedAt === null ? null : iso(erasedAt),
});
