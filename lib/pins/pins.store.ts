import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";

/** How many properties a project may pin: more could not be taken in at a glance. */
export const MAX_PINS = 12;
const MAX_KEY_LENGTH = 200;

/** Pins a property, at the end, or unpins it. Throws conflict past MAX_PINS. */
export async function setPin({ projectId }: Scope<"edit">, key: string, pinned: boolean): Promise<void> {
  if (key === "" || key.length > MAX_KEY_LENGTH)
    throw new AppError("unprocessable", "Name a property.", { field: "key" });
  const pin = { projectId, key };
  if (!pinned) {
    await prisma().pinnedProperty.deleteMany({ where: pin });
    return;
  }
  // SQL: a single statement keeps two members who pin at once within the limit.
  const { rowCount } = await pool().query(sql`
    INSERT INTO pinned_properties (project_id, key, place)
    SELECT ${projectId}, ${key}, coalesce(max(place), 0) + 1
      FROM pinned_properties
     WHERE project_id = ${projectId}
    HAVING count(*) < ${MAX_PINS} OR bool_or(key = ${key})
    ON CONFLICT (project_id, key) DO NOTHING`);
  if (rowCount === 0 && (await prisma().pinnedProperty.count({ where: pin })) === 0) {
    throw new AppError("conflict", `${MAX_PINS} properties are pinned already. Unpin one first.`, { field: "key" });
  }
}
