import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { ErasePlan, PersonRemover } from "@/lib/identity/erase.store";
import type { JsonObject } from "@/lib/json";

/**
 * Removes an erased person from every list of the project, and from the rules and descriptions of segments. Call it
 * after lockFacts, so that no import that still saw the ids adds them afterwards.
 */
export async function eraseFromSegments(
  tx: Tx,
  projectId: string,
  { actorIds }: ErasePlan,
  remover: PersonRemover | null,
): Promise<void> {
  // The segments first, as their deletion locks them: the other way round the two can deadlock.
  if (remover) await eraseFromRules(tx, projectId, remover);
  await eraseListed(tx, projectId, actorIds);
}

/**
 * Removes an erased person from the rules and descriptions of segments; conditions on them then match nobody. Reads the
 * project's segments, at most 500.
 */
async function eraseFromRules(tx: Tx, projectId: string, { needles, remove }: PersonRemover): Promise<void> {
  const { rows } = await tx.query<{ id: string; rule: JsonObject | null; description: string }>(sql`
    SELECT id, rule, description FROM segments
     WHERE project_id = ${projectId}
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n
                    WHERE strpos(lower(concat(rule, ' ', to_json(description))), n) > 0)
     ORDER BY id FOR UPDATE`);
  for (const { id, rule, description } of rows)
    await tx.query(sql`
      UPDATE segments
         SET rule = ${rule && JSON.stringify(remove(rule))}::jsonb, description = ${remove(description)}
       WHERE project_id = ${projectId} AND id = ${id}`);
}

/** Removes erased ids from every list of the project. Primary key, once per segment and id. */
async function eraseListed(tx: Tx, projectId: string, identityIds: readonly number[]): Promise<void> {
  if (identityIds.length === 0) return;
  await tx.query(sql`
    DELETE FROM segment_members m USING segments s
     WHERE s.project_id = ${projectId} AND m.project_id = ${projectId} AND m.segment_id = s.id
       AND m.identity_id = ANY(${identityIds}::bigint[])`);
}
