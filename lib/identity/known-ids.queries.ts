import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";

/** Internal id of an id as given, or null. Rides on identities_ext_id_key. */
export async function findIdentity(
  db: Database,
  projectId: string,
  kind: "u" | "a",
  extId: string,
): Promise<number | null> {
  const { rows } = await db.query<{ id: number }>(
    sql`SELECT id FROM identities WHERE project_id = ${projectId} AND kind = ${kind} AND ext_id = ${extId}`,
  );
  return rows[0]?.id ?? null;
}

/** Which of the ids are user ids that still exist. Primary key. */
export async function existingUsers(db: Database, projectId: string, ids: readonly number[]): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    sql`
      SELECT id FROM identities
       WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[]) AND kind = 'u'
       ORDER BY id`,
  );
  return rows.map((row) => row.id);
}
