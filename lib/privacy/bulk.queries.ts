import sql, { type Sql } from "sql-template-tag";
import { type Database, pool } from "@/lib/db/pool";
import { isUuid } from "@/lib/ids";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import type { Selection } from "@/lib/profiles/list/people.queries";
import type { Scope } from "@/lib/scope";
import { MAX_ERASE_TRIES } from "./bulk.store";
import type { Receipt } from "./erase-jobs.store";

/** The most people that one bulk erasure may have. */
export const MAX_PEOPLE = 100_000;

/**
 * A query for one internal id (identity_id) of each person of a list, up to one more than may be erased at once. Like
 * the list's export, without people who no longer exist. O(people of the list).
 */
export const idsOfList = (scope: Scope, selection: Selection): Sql => sql`
  SELECT identity_id FROM (
    SELECT CASE WHEN f.person < 0 THEN -f.person
                ELSE (SELECT min(i.id) FROM identities i
                       WHERE i.project_id = ${scope.projectId} AND i.profile_id = f.person) END AS identity_id, f.person
      FROM (${everybodyQuery(scope, selection)}) f) q
   WHERE CASE WHEN person < 0
         THEN EXISTS (SELECT 1 FROM spans s WHERE s.project_id = ${scope.projectId} AND s.stream_id = -person
                         AND s.owner_id IS NULL AND s.event_count > 0)
         ELSE identity_id IS NOT NULL AND EXISTS (SELECT 1 FROM profiles p WHERE p.project_id = ${scope.projectId}
                         AND p.id = person AND p.created_at IS NOT NULL) END
   LIMIT ${MAX_PEOPLE + 1}`;

/** The same for chosen people, by any of their internal ids. identities_pkey, identities_profile_id_idx. */
export const chosenIds = ({ projectId }: Scope, identityIds: readonly number[]): Sql => sql`
  SELECT CASE WHEN i.profile_id IS NULL THEN i.id
              ELSE (SELECT min(o.id) FROM identities o
                     WHERE o.project_id = ${projectId} AND o.profile_id = i.profile_id) END AS identity_id
    FROM identities i
   WHERE i.project_id = ${projectId} AND i.id = ANY(${identityIds}::bigint[])`;

/** How many people `identityIds` selects. */
export async function countChosenPeople(db: Database, identityIds: Sql): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    sql`SELECT count(DISTINCT identity_id)::int AS count FROM (${identityIds}) q`,
  );
  return rows[0]?.count ?? 0;
}

/**
 * A bulk erasure. `erased`: people with a receipt. `waiting`: still to be erased. `failed`: given up for now. The rest
 * of `total` had already been erased, alone or together with somebody, or were visitors who have logged in since.
 */
export type BulkErasure = {
  id: string;
  requestedBy: string;
  requestedAt: number;
  finishedAt: number | null;
  stoppedAt: number | null;
  suppress: boolean;
  total: number;
  erased: number;
  waiting: number;
  failed: number;
};

const COLUMNS = sql`
  b.id, b.requested_by AS "requestedBy", b.requested_at AS "requestedAt", b.finished_at AS "finishedAt",
  b.stopped_at AS "stoppedAt", b.suppress, b.total`;
const erased = (projectId: string) =>
  sql`(SELECT count(*)::int FROM erase_jobs j WHERE j.project_id = ${projectId} AND j.bulk_id = b.id)`;
const progress = (projectId: string) => sql`
  ${erased(projectId)} AS erased,
  (SELECT count(*)::int FROM bulk_erasure_people p
    WHERE p.project_id = ${projectId} AND p.bulk_id = b.id AND p.tries < ${MAX_ERASE_TRIES}) AS waiting,
  (SELECT count(*)::int FROM bulk_erasure_people p
    WHERE p.project_id = ${projectId} AND p.bulk_id = b.id AND p.tries >= ${MAX_ERASE_TRIES}) AS failed`;

/** A bulk erasure in a list. `erased`: null once it is finished. */
export type ListedBulk = Omit<BulkErasure, "erased" | "waiting" | "failed"> & { erased: number | null };

/** The project's newest bulk erasures, 50 at most. O(people erased by running ones): erase_jobs_bulk_idx. */
export async function listBulks({ projectId }: Scope): Promise<ListedBulk[]> {
  const { rows } = await pool().query<ListedBulk>(sql`
    SELECT ${COLUMNS}, CASE WHEN b.finished_at IS NULL THEN ${erased(projectId)} END AS erased
      FROM bulk_erasures b
     WHERE b.project_id = ${projectId} ORDER BY b.requested_at DESC, b.id DESC LIMIT 50`);
  return rows;
}

/** One of them; null if unknown. */
export async function getBulk({ projectId }: Pick<Scope, "projectId">, id: string): Promise<BulkErasure | null> {
  if (!isUuid(id)) return null;
  const { rows } = await pool().query<BulkErasure>(sql`
    SELECT ${COLUMNS}, ${progress(projectId)} FROM bulk_erasures b WHERE b.project_id = ${projectId} AND b.id = ${id}`);
  return rows[0] ?? null;
}

const PAGE_ROWS = 1_000;

/** The receipts of a bulk erasure in order of time, a thousand at a time. erase_jobs_bulk_idx. */
export async function* bulkReceipts({ projectId }: Scope, bulkId: string): AsyncGenerator<Receipt[]> {
  let last = null as { at: string; id: string } | null;
  for (;;) {
    const { rows }: { rows: { id: string; at: string; receipt: Receipt }[] } = await pool().query(sql`
      SELECT id, requested_at::text AS at, receipt FROM erase_jobs
       WHERE project_id = ${projectId} AND bulk_id = ${bulkId}
         AND (${last === null}::boolean
              OR (requested_at, id) > (${last?.at ?? null}::timestamptz, ${last?.id ?? null}::uuid))
       ORDER BY requested_at, id LIMIT ${PAGE_ROWS}`);
    if (rows.length > 0) yield rows.map(({ receipt }) => receipt);
    const end = rows.at(-1);
    if (rows.length < PAGE_ROWS || !end) return;
    last = { at: end.at, id: end.id };
  }
}
