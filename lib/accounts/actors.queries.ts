import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { lanesOf } from "@/lib/identity/lanes.queries";
import type { Person } from "@/lib/identity/person-ref";
import type { Scope } from "@/lib/scope";

/** The identities of a person: user ids, and streams on which they own a span. Like lanesOf. */
export async function actorsOf(
  db: Database,
  scope: Scope,
  person: Person,
): Promise<{ userIds: number[]; streamIds: number[] }> {
  const { rows } = await db.query<{ id: number; kind: string }>(sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT i.id, i.kind FROM identities i
     WHERE i.project_id = ${scope.projectId} AND i.id IN (SELECT actor_id FROM lanes) ORDER BY i.id`);
  const of = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return { userIds: of("u"), streamIds: of("a") };
}
