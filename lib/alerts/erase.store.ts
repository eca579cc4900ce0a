import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { ErasePlan, PersonRemover } from "@/lib/identity/erase.store";
import type { JsonObject } from "@/lib/json";

/**
 * Waits for sweeps that may have read somebody who is about to be erased, and blocks others until the erasure commits.
 * Call it before the other locks of an erasure, as a sweep may take seconds.
 */
export async function holdSweeps(tx: Tx, projectId: string): Promise<void> {
  await tx.query(sql`SELECT FROM alerts WHERE project_id = ${projectId} ORDER BY id FOR UPDATE`);
}

/**
 * Deletes causes about these people, and messages about nobody else: pending ones are never sent, and sent ones cannot
 * be resent. Removes the person from alerts themselves. After holdSweeps. alert_people_person_idx,
 * alert_users_user_idx, alert_users_merged_idx, alert_firings_person_idx, alert_firings_actor_idx.
 */
export async function eraseAlerts(
  tx: Tx,
  projectId: string,
  { people, userIds, ranges }: Pick<ErasePlan, "people" | "userIds" | "ranges">,
  remover: PersonRemover | null,
): Promise<void> {
  const { actors, froms, tos } = ranges;
  await tx.query(sql`DELETE FROM alert_people WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])`);
  await tx.query(sql`
    DELETE FROM alert_users
     WHERE project_id = ${projectId}
       AND (user_id = ANY(${userIds}::bigint[]) OR (parts <> '' AND ids && ${userIds}::bigint[]))`);
  await eraseCauses(
    tx,
    projectId,
    sql`(f.person = ANY(${people}::bigint[])
         OR (f.actor_id = ANY(${actors}::bigint[])
             AND EXISTS (
                   SELECT 1
                     FROM unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[])
                          r(actor_id, from_ts, to_ts)
                    WHERE f.actor_id = r.actor_id AND f.at >= r.from_ts AND f.at < r.to_ts)))`,
  );
  if (remover) await eraseFromTriggers(tx, projectId, remover);
}

/**
 * The same for erased accounts, by any of their ids: the row of an account they were once merged with may contain them.
 * alert_accounts_account_idx, alert_accounts_merged_idx, alert_firings_account_idx.
 */
export async function eraseAccountAlerts(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM alert_accounts
     WHERE project_id = ${projectId}
       AND (account_id = ANY(${ids}::text[]) OR (parts <> '' AND ids && ${ids}::text[]))`);
  await eraseCauses(tx, projectId, sql`f.account_id = ANY(${ids}::text[])`);
}

/** Retention: deletes causes that are one of these people's deleted events. alert_firings_actor_idx. */
export async function eraseEventAlerts(
  tx: Tx,
  projectId: string,
  deleted: readonly { id: string; actorId: number | null }[],
): Promise<void> {
  if (deleted.length === 0) return;
  await eraseCauses(
    tx,
    projectId,
    sql`f.actor_id = ANY(${deleted.map(({ actorId }) => actorId)}::bigint[])
        AND f.event_id = ANY(${deleted.map(({ id }) => id)}::uuid[])`,
  );
}

async function eraseCauses(tx: Tx, projectId: string, condition: Sql): Promise<void> {
  await tx.query(sql`
    WITH deleted AS (
      DELETE FROM alert_firings f WHERE f.project_id = ${projectId} AND ${condition}
      RETURNING f.delivery_id, f.cause)
    DELETE FROM alert_deliveries d
     WHERE d.project_id = ${projectId} AND d.id IN (SELECT delivery_id FROM deleted)
       AND NOT EXISTS (
             SELECT 1 FROM alert_firings f
              WHERE f.project_id = ${projectId} AND f.delivery_id = d.id
                AND f.cause NOT IN (SELECT cause FROM deleted))`);
}

/**
 * Removes a person from the names and conditions of alerts; a condition on them then matches nobody. Reads the
 * project's alerts, 50 at most.
 */
async function eraseFromTriggers(tx: Tx, projectId: string, { needles, remove }: PersonRemover): Promise<void> {
  const { rows } = await tx.query<{ id: string; name: string; trigger: JsonObject }>(sql`
    SELECT id, name, trigger FROM alerts
     WHERE project_id = ${projectId}
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n
                    WHERE strpos(lower(concat(trigger, ' ', to_json(name))), n) > 0)
     ORDER BY id FOR UPDATE`);
  for (const { id, name, trigger } of rows)
    await tx.query(sql`
      UPDATE alerts SET name = ${remove(name)}, trigger = ${JSON.stringify(remove(trigger))}::jsonb
       WHERE project_id = ${projectId} AND id = ${id}`);
}
