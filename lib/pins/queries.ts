import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import type { Scope } from "@/lib/scope";

/** Keys (dotted paths) of the properties the project looks at first, in order. A dozen rows of pinned_properties_pkey. */
export async function pinnedProperties(scope: Scope): Promise<string[]> {
  const { rows } = await pool().query<{ key: string }>(
    prepared(sql`SELECT key FROM pinned_properties WHERE project_id = ${scope.projectId} ORDER BY place, key`),
  );
  return rows.map(({ key }) => key);
}
