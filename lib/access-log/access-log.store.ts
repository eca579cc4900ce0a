import sql from "sql-template-tag";
import { type Database, type Pool, transaction } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { Act } from "./acts";

/** An entry to write. `person`: a ref, or the id of an identity that is being erased. */
export type Entry = {
  projectId: string;
  at: number;
  actor: string;
  act: Act;
  person?: string | number | undefined;
  account?: string | undefined;
};

/**
 * Appends entries in their order, without those of projects that are gone. Ids from outside are resolved here and not
 * stored: an anonymous id to its person, as pages do (findPerson). Unique keys.
 */
export async function appendEntries(db: Database, entries: readonly Entry[]): Promise<void> {
  const refs = entries.map(({ person }) => (typeof person === "string" ? person.normalize("NFC") : null));
  const ids = entries.map(({ person }) => (typeof person === "number" ? person : null));
  await db.query(sql`
    INSERT INTO access_log (project_id, at, actor, what, person, account)
    SELECT p.id, e.at, e.actor, e.what,
           coalesce(e.person, CASE WHEN i.kind = 'a' THEN coalesce(
             (SELECT s.owner_id FROM spans s
               WHERE s.project_id = p.id AND s.stream_id = i.id AND s.owner_id > 0
                 AND NOT EXISTS (SELECT 1 FROM spans v WHERE v.project_id = p.id AND v.stream_id = i.id
                                    AND v.owner_id IS NULL AND v.event_count > 0)
               ORDER BY s.from_ts DESC LIMIT 1), i.id) ELSE i.id END),
           e.account
      FROM unnest(${entries.map((one) => one.projectId)}::uuid[],
                  ${entries.map((one) => timestamp(one.at))}::timestamptz[],
                  ${entries.map((one) => one.actor)}::text[], ${entries.map((one) => one.act)}::text[],
                  ${refs}::text[], ${ids}::bigint[], ${entries.map((one) => one.account ?? null)}::text[])
             WITH ORDINALITY AS e(project_id, at, actor, what, ref, person, account, n)
      JOIN projects p ON p.id = e.project_id
      LEFT JOIN identities i
        ON i.project_id = p.id AND i.kind = left(e.ref, 1) AND substr(e.ref, 2, 1) = ':'
       AND i.ext_id = btrim(substr(e.ref, 3))
     ORDER BY e.n`);
}

/** Rows per DELETE, and the most of them in one round. */
const CHUNK_ROWS = 5_000;
const ROUND_CHUNKS = 40;
/** Projects per query. */
const ROUND_PROJECTS = 100;

/**
 * Deletes what is older than its project keeps its log, in chunks, `chunksAtMost` of them; `isLeft`: there is
 * more. Finds the projects by one look into access_log_at_idx each.
 */
export async function deleteOldEntries(
  db: Pool,
  now: number,
  signal?: AbortSignal,
  chunksAtMost = ROUND_CHUNKS,
): Promise<{ deleted: number; isLeft: boolean }> {
  const { rows } = await db.query<{ id: string; days: number }>(sql`
    SELECT p.id, p.access_log_days AS days
      FROM projects p
     WHERE EXISTS (SELECT FROM access_log l
                    WHERE l.project_id = p.id
                      AND l.at < ${timestamp(now)}::timestamptz - p.access_log_days * interval '1 day')
     LIMIT ${ROUND_PROJECTS}`);
  let deleted = 0;
  let chunks = 0;
  for (const { id, days } of rows) {
    const before = timestamp(now - days * 86_400_000);
    for (let chunk = CHUNK_ROWS; chunk === CHUNK_ROWS; deleted += chunk) {
      if (signal?.aborted || chunks++ === chunksAtMost) return { deleted, isLeft: true };
      chunk = await deleteChunk(db, id, before);
    }
  }
  return { deleted, isLeft: rows.length === ROUND_PROJECTS };
}

async function deleteChunk(db: Pool, projectId: string, before: string | null): Promise<number> {
  return transaction(db, async (tx) => {
    await tx.query("SET LOCAL throughline.access_log = 'delete'");
    const { rowCount } = await tx.query(sql`
      DELETE FROM access_log WHERE project_id = ${projectId} AND id IN (
        SELECT id FROM access_log WHERE project_id = ${projectId} AND at < ${before}::timestamptz
         ORDER BY at LIMIT ${CHUNK_ROWS})`);
    return rowCount ?? 0;
  });
}
