import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** More would no longer be a glance. */
export const MAX_PINS = 12;
const MAX_KEY_LENGTH = 200;

/** Puts a property at the end of those the project looks at first, or takes it away. Throws conflict past MAX_PINS. */
export async function setPin(scope: Scope, key: string, pinned: boolean): Promise<void> {
  if (key === "" || key.length > MAX_KEY_LENGTH)
    throw new AppError("unprocessable", "Which property?", { field: "key" });
  if (!pinned) {
    await pool().query(sql`DELETE FROM pinned_properties WHERE project_id = ${scope.projectId} AND key = ${key}`);
    return;
  }
  const { rowCount } = await pool().query(sql`
    INSERT INTO pinned_properties (project_id, key, place)
    SELECT ${scope.projectId}, ${key}, coalesce(max(place), 0) + 1 FROM pinned_properties WHERE project_id = ${scope.projectId}
    HAVING count(*) < ${MAX_PINS} OR bool_or(key = ${key})
    ON CONFLICT (project_id, key) DO NOTHING`);
  if (rowCount === 0 && !(await isPinned(scope, key))) {
    throw new AppError("conflict", `${MAX_PINS} properties are pinned already. Unpin one first.`, { field: "key" });
  }
}

async function isPinned(scope: Scope, key: string): Promise<boolean> {
  const { rowCount } = await pool().query(
    sql`SELECT 1 FROM pinned_properties WHERE project_id = ${scope.projectId} AND key = ${key}`,
  );
  return rowCount === 1;
}
