import sql from "sql-template-tag";
import type { EraseJob } from "@/lib/db/generated/client";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { isStorable } from "@/lib/format/storable";
import { tombstone } from "@/lib/identity/erase.store";
import { realRef } from "@/lib/identity/person.queries";
import { parseRef } from "@/lib/identity/person-ref";
import { isUuid } from "@/lib/ids";
import { eraseKey } from "@/lib/projects/erase.store";
import type { Scope } from "@/lib/scope";
import type { Receipt } from "./erase-jobs.store";

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

/** erasedAmong of one ref; null for an address with masked sight, which must not learn that it was here. */
export async function erasedAt(scope: Scope, ref: string): Promise<number | null> {
  const real = await realRef(scope, ref);
  return (await erasedAmong(scope, [real])).get(real) ?? null;
}

/**
 * When the people with `refs` were erased, in ms; without those who were not. Only a hash of an erased id is kept, so
 * only somebody who already knows the id can find out. One statement with a primary-key look-up per ref.
 */
export async function erasedAmong(scope: Scope, refs: readonly string[]): Promise<Map<string, number>> {
  const known = refs.flatMap((ref) => {
    const parsed = isStorable(ref) ? parseRef(ref) : null;
    return parsed ? [{ ref, ...parsed }] : [];
  });
  if (known.length === 0) return new Map();
  const key = await eraseKey(pool(), scope.projectId);
  const { rows } = await pool().query<{ ref: string; until: number }>(sql`
    SELECT k.ref, e.until
      FROM unnest(${known.map(({ ref }) => ref)}::text[],
                  ${known.map(({ kind }) => kind)}::text[],
                  ${known.map(({ kind, id }) => tombstone(key, kind, id))}::bytea[]) AS k(ref, kind, hash)
      JOIN erased_ids e ON e.project_id = ${scope.projectId} AND e.kind = k.kind AND e.id_hash = k.hash`);
  return new Map(rows.map(({ ref, until }) => [ref, until]));
}
