import type { EraseJob } from "@/lib/db/generated/client";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { isStorable } from "@/lib/format/storable";
import { parseRef } from "@/lib/identity/person-ref";
import { eraseKey, tombstone } from "@/lib/identity/tombstones.queries";
import { isUuid } from "@/lib/ids";
import type { Scope } from "@/lib/scope";
import type { Receipt } from "./erase";

/**
 * One erasure: who requested it ("member:<uuid>", "client:<uuid>"), when, the proof, and when the last row was deleted.
 */
export type ErasureRow = {
  id: string;
  requestedBy: string;
  requestedAt: number;
  finishedAt: number | null;
  receipt: Receipt;
};

const MAX_LISTED = 200;

/** The project's erasures of one person, newest first, 200 at most; not those of a bulk. erase_jobs_single_idx. */
export async function listErasures({ projectId }: Scope): Promise<ErasureRow[]> {
  const jobs = await prisma().eraseJob.findMany({
    where: { projectId, bulkId: null },
    orderBy: [{ requestedAt: "desc" }, { id: "desc" }],
    take: MAX_LISTED,
  });
  return jobs.map(erasureOf);
}

/** One erasure; null if unknown. Primary key. */
export async function getErasure({ projectId }: Scope, id: string): Promise<ErasureRow | null> {
  if (!isUuid(id)) return null;
  const job = await prisma().eraseJob.findUnique({ where: { projectId_id: { projectId, id } } });
  return job && erasureOf(job);
}

const erasureOf = ({ id, requestedBy, requestedAt, finishedAt, receipt }: EraseJob): ErasureRow => ({
  id,
  requestedBy,
  requestedAt: requestedAt.getTime(),
  finishedAt: finishedAt?.getTime() ?? null,
  receipt: receipt as Receipt,
});

/**
 * When the person known by `ref` was erased, in ms; null if they were not. Of an erased id only a hash is kept, so only
 * somebody who already knows the id gets an answer. Two primary-key lookups.
 */
export async function erasedAt(scope: Scope, ref: string): Promise<number | null> {
  const parsed = parseRef(ref);
  if (parsed === null || !isStorable(ref)) return null;
  const { kind, id } = parsed;
  const hash = tombstone(await eraseKey(pool(), scope.projectId), kind, id);
  const erased = await prisma().erasedId.findUnique({
    where: { projectId_kind_idHash: { projectId: scope.projectId, kind, idHash: new Uint8Array(hash) } },
    select: { until: true },
  });
  return erased?.until.getTime() ?? null;
}
