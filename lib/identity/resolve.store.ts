import type pg from "pg";
import sql from "sql-template-tag";
import { type Database, pipelined } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
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
  return pipelined(db, async (tx, last) => {
    last(tx.query("SET LOCAL synchronous_commit = off"));
    last(
      tx.query(
        prepared(sql`
          WITH made AS (
            INSERT INTO identities (project_id, kind, ext_id, stream_class, profile_id)
            SELECT ${projectId}::uuid, kind, ext_id, class, CASE WHEN kind = 'u' THEN nextval('profile_id_seq') END
              FROM unnest(${kinds}::text[], ${extIds}::text[], ${classes}::text[]) t(kind, ext_id, class)
             ORDER BY kind, ext_id ON CONFLICT (project_id, kind, ext_id) DO NOTHING
            RETURNING id, kind, ext_id, profile_id),
          whole_spans AS (
            INSERT INTO spans (project_id, stream_id) SELECT ${projectId}::uuid, id FROM made WHERE kind = 'a'),
          new_profiles AS (
            INSERT INTO profiles (project_id, id, display_id, search_text)
            SELECT ${projectId}::uuid, profile_id, ext_id, lower(ext_id) FROM made WHERE kind = 'u')
          INSERT INTO profile_stats (project_id, profile_id) SELECT ${projectId}::uuid, profile_id FROM made WHERE kind = 'u'`),
      ),
    );
    last(
      tx.query(
        prepared(sql`
          UPDATE identities i SET erased_until = e.until, suppressed = e.suppress
            FROM (SELECT t.kind, t.ext_id, e.until, e.suppress
                    FROM unnest(${kinds}::text[], ${extIds}::text[], ${names.map(hash)}::bytea[]) t(kind, ext_id, hash)
                    JOIN erased_ids e ON e.project_id = ${projectId} AND e.kind = t.kind AND e.id_hash = t.hash
                  OFFSET 0) e -- first of all, as it is mostly nothing
           WHERE i.project_id = ${projectId} AND i.kind = e.kind AND i.ext_id = e.ext_id AND i.erased_until IS NULL`),
      ),
    );
    const { rows } = await tx.query(
      prepared(sql`
        SELECT i.id, i.kind, i.ext_id, i.erased_until, i.suppressed
          FROM unnest(${kinds}::text[], ${extIds}::text[]) t(kind, ext_id)
          JOIN identities i ON i.project_id = ${projectId} AND i.kind = t.kind AND i.ext_id = t.ext_id`),
    );
    return rows.map((row) => ({
      name: { kind: row.kind, extId: row.ext_id, streamClass: null },
      known: { id: row.id, erasedUntil: row.erased_until, suppressed: row.suppressed },
    }));
  });
}
