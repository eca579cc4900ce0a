import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";

/** Which of the accounts exist. Primary key, one probe each; only of a project that is near its ceiling. */
export async function existingAccounts(db: Database, projectId: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    sql`SELECT id FROM accounts WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])`,
  );
  return new Set(rows.map((row) => row.id));
}
