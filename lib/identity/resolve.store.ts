import type pg from "pg";
import sql from "sql-template-tag";
import { type Database, transaction } from "@/lib/db/pool";
import type { IdentityName } from "./resolve";
import type { KnownIdentity } from "./rows";

/** The key a project's tombstones are made with. Primary key of projects. */
export async function eraseKey(db: Database, projectId: string): Promise<string> {
  const { rows } = await db.query(sql`SELECT erase_key FROM projects WHERE id = ${projectId}`);
  return rows[0]?.erase_key;
}

/**
 * Makes the identities that do not exist, with their profile or their one whole span, and reads all of them.
 * Rows are inserted in (kind, ext_id) order (phase 0 of the lock order), so concurrent makers cannot deadlock; what
 * somebody else made meanwhile is read. Tombstones are looked up by a statement of its own after the insert, so that an
 * erasure the insert waited for is seen. Not flushed to disk: the batch's own commit flushes it.
 */
export async function createIdentities(
  db: pg.Pool,
  projectId: string,
  names: readonly IdentityName[],
  hash: (name: IdentityName) => Buffer,
): Promise<{ name: IdentityName; known: KnownIdentity }[]> {
  const kinds = names.map((n) => n.kind);
  const extIds = names.map((n) => n.extId);
  const classes = names.map((n) => n.streamClass);
  return transaction(db, async (tx) => {
    await tx.query("SET LOCAL synchronous_commit = off");
    const made = await tx.query(sql`
      WITH made AS (
        INSERT INTO identities (project_id, kind, ext_id, stream_class, profile_id)
        SELECT ${projectId}::uuid, kind, ext_id, class, CASE WHEN kind = 'u' THEN nextval('profile_id_seq') END
          FROM unnest(${kinds}::text[], ${extIds}::text[], ${classes}::text[]) t(kind, ext_id, class)
         ORDER BY kind, ext_id ON CONFLICT (project_id, kind, ext_id) DO NOTHING
        RETURNING id, kind, ext_id, profile_id),
      whole_spans AS (INSERT INTO spans (project_id, stream_id) SELECT ${projectId}::uuid, id FROM made WHERE kind = 'a'),
      new_profiles AS (INSERT INTO profiles (project_id, id, display_id, search_text)
                       SELECT ${projectId}::uuid, profile_id, ext_id, lower(ext_id) FROM made WHERE kind = 'u'),
      new_stats AS (INSERT INTO profile_stats (project_id, profile_id) SELECT ${projectId}::uuid, profile_id FROM made WHERE kind = 'u')
      SELECT kind, ext_id FROM made`);
    if (made.rows.length > 0) {
      const fresh = new Set(made.rows.map((row) => `${row.kind}:${row.ext_id}`));
      const mine = names.filter((n) => fresh.has(`${n.kind}:${n.extId}`));
      await tx.query(sql`
        UPDATE identities i SET erased_until = e.until, suppressed = e.suppress
          FROM unnest(${mine.map((n) => n.kind)}::text[], ${mine.map((n) => n.extId)}::text[], ${mine.map(hash)}::bytea[]) t(kind, ext_id, hash)
          JOIN erased_ids e ON e.project_id = ${projectId} AND e.kind = t.kind AND e.id_hash = t.hash
         WHERE i.project_id = ${projectId} AND i.kind = t.kind AND i.ext_id = t.ext_id`);
    }
    const { rows } = await tx.query(sql`
      SELECT i.id, i.kind, i.ext_id, i.erased_until, i.suppressed
        FROM unnest(${kinds}::text[], ${extIds}::text[]) t(kind, ext_id)
        JOIN identities i ON i.project_id = ${projectId} AND i.kind = t.kind AND i.ext_id = t.ext_id`);
    return rows.map((row) => ({
      name: { kind: row.kind, extId: row.ext_id, streamClass: null },
      known: { id: row.id, erasedUntil: row.erased_until, suppressed: row.suppressed },
    }));
  });
}
