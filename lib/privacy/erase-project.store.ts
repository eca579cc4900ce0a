import sql, { raw } from "sql-template-tag";
import { type Database, type Pool, transaction } from "@/lib/db/pool";
import { eraseOrganizations } from "@/lib/organizations/organizations.store";
import { eraseProjectRow } from "@/lib/projects/deletion.store";
import { renewStatistics } from "./forget-erased-values.store";

/** Rows per DELETE: about 100 ms, so that no lock or snapshot is held for long. */
const CHUNK_ROWS = 10_000;

/**
 * Erases projects and organizations whose grace period is over: every row of every table with a `project_id`, in
 * chunks, then the project itself, which deletes its keys and roles. If interrupted, it resumes at the next run; two
 * processes may run it concurrently. Returns how many projects were erased.
 */
export async function eraseDeleted(db: Pool, now: number, signal?: AbortSignal): Promise<number> {
  const at = new Date(now);
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT p.id
      FROM projects p JOIN organizations o ON o.id = p.organization_id
     WHERE p.erase_at <= ${at} OR o.erase_at <= ${at}`);
  let erased = 0;
  for (const { id } of rows) {
    if (!(await eraseProject(db, id, signal))) return erased;
    erased++;
  }
  await eraseOrganizations(db, at);
  return erased;
}

/** Erases everything of a project; false if it was interrupted. */
async function eraseProject(db: Pool, projectId: string, signal?: AbortSignal): Promise<boolean> {
  const tables = await tablesOfProjects(db);
  const changed = new Set<string>();
  // A job that read the project before the deletion may write some rows again, so this repeats until a pass finds none.
  const sweep = async (): Promise<number> => {
    let deleted = 0;
    for (const table of tables) {
      for (let chunk = CHUNK_ROWS; chunk === CHUNK_ROWS && !signal?.aborted; ) {
        chunk = await deleteChunk(db, table, projectId);
        deleted += chunk;
        if (chunk > 0) changed.add(table);
      }
    }
    return deleted;
  };
  while ((await sweep()) > 0) if (signal?.aborted) return false;
  if (signal?.aborted) return false;
  await eraseProjectRow(db, projectId);
  await sweep();
  await renewStatistics(db, [...changed, "projects"]);
  return true;
}

/** The quoted names of all tables with a project_id, from the catalogue, so that a new table is never forgotten. */
async function tablesOfProjects(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT quote_ident(c.relname) AS name
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND a.attname = 'project_id' AND NOT a.attisdropped
     ORDER BY c.relname`);
  return rows.map(({ name }) => name);
}

/** Deletes by the index that leads with project_id: a full scan would read all the rows that are already deleted. */
const deleteChunk = (db: Pool, table: string, projectId: string): Promise<number> =>
  transaction(db, async (tx) => {
    await tx.query("SET LOCAL enable_seqscan = off");
    await tx.query("SET LOCAL throughline.access_log = 'delete'"); // otherwise append-only
    const { rowCount } = await tx.query(sql`
      DELETE FROM ${raw(table)}
       WHERE project_id = ${projectId}
         AND ctid = ANY (ARRAY(SELECT ctid FROM ${raw(table)} WHERE project_id = ${projectId} LIMIT ${CHUNK_ROWS}))`);
    return rowCount ?? 0;
  });
