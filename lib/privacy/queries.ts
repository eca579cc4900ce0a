import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { isStorable } from "@/lib/format/storable";
import { idOfRef } from "@/lib/identity/person.queries";
import { tombstone } from "@/lib/identity/resolve";
import { eraseKey } from "@/lib/identity/resolve.store";
import { isUuid } from "@/lib/ids";
import type { Scope } from "@/lib/scope";
import type { Receipt } from "./erase";

/** One erasure: who asked ("member:<uuid>", "client:<uuid>"), when, the proof, and when the last row was gone. */
export type ErasureRow = {
  id: string;
  requestedBy: string;
  requestedAt: number;
  finishedAt: number | null;
  receipt: Receipt;
};

const MAX_LISTED = 200;

/** The project's erasures, newest first, 200 at most. Primary key; a few rows a year. */
export async function listErasures(scope: Scope): Promise<ErasureRow[]> {
  const { rows } = await pool().query<ErasureRow>(sql`
    SELECT id, requested_by AS "requestedBy", requested_at AS "requestedAt", finished_at AS "finishedAt", receipt
      FROM erase_jobs WHERE project_id = ${scope.projectId} ORDER BY requested_at DESC, id DESC LIMIT ${MAX_LISTED}`);
  return rows;
}

/** One of them; null for an unknown one. Primary key. */
export async function getErasure(scope: Scope, id: string): Promise<ErasureRow | null> {
  if (!isUuid(id)) return null;
  const { rows } = await pool().query<ErasureRow>(sql`
    SELECT id, requested_by AS "requestedBy", requested_at AS "requestedAt", finished_at AS "finishedAt", receipt
      FROM erase_jobs WHERE project_id = ${scope.projectId} AND id = ${id}`);
  return rows[0] ?? null;
}

/**
 * When the person known by `ref` was erased, in ms; null for one who was not. Of an erased id only a hash is kept, so this
 * answers who already knows the id. Two primary-key look-ups.
 */
export async function erasedAt(scope: Scope, ref: string): Promise<number | null> {
  const kind = ref.startsWith("u:") ? "u" : ref.startsWith("a:") ? "a" : null;
  if (kind === null || !isStorable(ref)) return null;
  const hash = tombstone(await eraseKey(pool(), scope.projectId), kind, idOfRef(ref));
  const { rows } = await pool().query<{ until: number }>(sql`
    SELECT until FROM erased_ids WHERE project_id = ${scope.projectId} AND kind = ${kind} AND id_hash = ${hash}`);
  return rows[0]?.until ?? null;
}
