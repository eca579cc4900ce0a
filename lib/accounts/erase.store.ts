import sql, { type Sql } from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import type { ErasePlan, PersonRemover } from "@/lib/identity/erase.store";
import type { Json, JsonObject } from "@/lib/json";
import { isNamedSql, type NamedPerson } from "@/lib/projects/erase.store";
import { EVENT_SOURCE } from "./retained-evidence";

/**
 * Erasure of a person: takes them out of accounts' names, properties and history, and deletes their memberships, but no
 * account. Returns the accounts that may have named them, whose descriptions among events may, too.
 */
export async function eraseFromAccounts(
  tx: Tx,
  projectId: string,
  plan: ErasePlan,
  remover: PersonRemover | null,
): Promise<string[]> {
  // Accounts before memberships, the order in which ingest locks them.
  const ids = remover ? await eraseFromNames(tx, projectId, plan, remover) : [];
  await eraseMemberships(tx, projectId, plan);
  return ids;
}

/** Deletes people's memberships. account_members_actor_id_idx. */
async function eraseMemberships(tx: Tx, projectId: string, plan: ErasePlan): Promise<void> {
  const { parts, actorIds } = plan;
  await lockMemberships(
    tx,
    projectId,
    sql`actor_id = ANY(${[...actorIds, ...parts.map(({ stream }) => stream.id)]}::bigint[])`,
  );
  await eraseRetainedEvidence(tx, projectId, plan);
  for (const { stream } of parts) await rebuildMemberships(tx, projectId, stream.id);
  await tx.query(
    sql`DELETE FROM account_members WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`,
  );
}

/** Locks the rows in ingest's order before deleting any, as an account and its people may be erased concurrently. */
async function lockMemberships(tx: Tx, projectId: string, condition: Sql): Promise<void> {
  await tx.query(sql`
    SELECT 1 FROM account_members WHERE project_id = ${projectId} AND ${condition}
     ORDER BY account_id COLLATE "C", actor_id FOR UPDATE`);
}

/** Deletes the retained evidence of people's identities and of their spans of shared streams. account_kept_pkey. */
async function eraseRetainedEvidence(tx: Tx, projectId: string, { ranges }: ErasePlan): Promise<void> {
  const { actors, froms, tos } = ranges;
  await tx.query(sql`
    DELETE FROM account_kept k
     USING unnest(${actors}::bigint[], ${froms}::timestamptz[], ${tos}::timestamptz[]) r(actor_id, from_ts, to_ts)
     WHERE k.project_id = ${projectId} AND k.actor_id = r.actor_id AND k.ts >= r.from_ts AND k.ts < r.to_ts`);
}

/**
 * Rebuilds the memberships of a shared stream from its events and the retained evidence, except what lies in erased
 * ranges, which must be stored already. O(events of the stream) on events_actor_ts_idx, and only if the stream belongs
 * to an account.
 */
async function rebuildMemberships(tx: Tx, projectId: string, streamId: number): Promise<void> {
  const { rowCount } = await tx.query(
    sql`DELETE FROM account_members WHERE project_id = ${projectId} AND actor_id = ${streamId}`,
  );
  if (rowCount === 0) return;
  await tx.query(sql`
    INSERT INTO account_members (project_id, account_id, actor_id, first_ts, last_ts)
    SELECT ${projectId}::uuid, n.account_id, ${streamId}::bigint, min(n.ts), max(n.ts)
      FROM (SELECT g.id AS account_id, e.ts
              FROM events e CROSS JOIN LATERAL unnest(e.groups) g(id)
             WHERE e.project_id = ${projectId} AND e.actor_id = ${streamId}
               AND NOT (e.kind = 'group' AND e.name = 'group')
             UNION ALL
            SELECT k.account_id, k.ts FROM account_kept k
             WHERE k.project_id = ${projectId} AND k.actor_id = ${streamId} AND k.source = ${EVENT_SOURCE}) n
      JOIN accounts a ON a.project_id = ${projectId} AND a.id = n.account_id
     WHERE (a.erased_until IS NULL OR n.ts > a.erased_until)
       AND NOT EXISTS (SELECT 1 FROM erase_lanes l WHERE l.project_id = ${projectId} AND l.actor_id = ${streamId}
                          AND n.ts >= l.from_ts AND n.ts < l.to_ts)
     GROUP BY n.account_id ORDER BY n.account_id COLLATE "C"`);
}

/**
 * Erasure of people: deletes their activity for accounts, subtracts it from the accounts' sums, deletes their
 * unassignments, and removes them from the recorded settings. Call it under lockFacts, after the same change of the
 * settings themselves. The facts job recomputes the rest. account_people_person_idx; O(their rows).
 */
export async function eraseAccountPeople(
  tx: Tx,
  projectId: string,
  { people, actorIds }: ErasePlan,
  named: NamedPerson,
): Promise<void> {
  await eraseFromSources(tx, projectId, named);
  await tx.query(
    sql`DELETE FROM account_left WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`,
  );
  await tx.query(sql`
    WITH erased AS (
      DELETE FROM account_people WHERE project_id = ${projectId} AND person = ANY(${people}::bigint[])
      RETURNING account_id, person, days, day_events, is_internal),
    used AS (
      DELETE FROM account_events e USING erased g
       WHERE e.project_id = ${projectId} AND e.account_id = g.account_id AND e.person = g.person
      RETURNING e.account_id, e.name, e.events, g.is_internal),
    less_names AS (
      UPDATE account_names n SET people = n.people - u.people, events = n.events - u.events
        FROM (SELECT account_id, name, count(*)::int AS people, sum(events) AS events
                FROM used WHERE NOT is_internal GROUP BY 1, 2) u
       WHERE n.project_id = ${projectId} AND n.account_id = u.account_id AND n.name = u.name),
    active AS (
      SELECT g.account_id, g.person, d.day, d.events
        FROM erased g CROSS JOIN LATERAL unnest(g.days, g.day_events) d(day, events) WHERE NOT g.is_internal),
    less_weeks AS (
      UPDATE account_weeks w SET people = w.people - q.people
        FROM (SELECT account_id, date_trunc('week', day)::date AS week, count(DISTINCT person)::int AS people
                FROM active GROUP BY 1, 2) q
       WHERE w.project_id = ${projectId} AND w.account_id = q.account_id AND w.week = q.week),
    less_days AS (
      UPDATE account_days d SET people = d.people - q.people, events = d.events - q.events
        FROM (SELECT account_id, day, count(*)::int AS people, sum(events)::int AS events FROM active GROUP BY 1, 2) q
       WHERE d.project_id = ${projectId} AND d.account_id = q.account_id AND d.day = q.day)
    INSERT INTO account_stale (project_id, account_id)
    SELECT DISTINCT ${projectId}::uuid, account_id FROM erased
    ON CONFLICT DO NOTHING`);
}

/**
 * Erasure of accounts: deletes their memberships. Call it before lockFacts, as the erasure of a person does, or the two
 * could deadlock. Primary key; O(memberships).
 */
export async function eraseMembershipsOf(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await lockMemberships(tx, projectId, sql`account_id = ANY(${ids}::text[])`);
  await tx.query(sql`DELETE FROM account_members WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await eraseRetainedAccounts(tx, projectId, ids);
}

/**
 * Deletes the retained evidence of events that name these accounts; a property that named one then names none.
 * account_kept_account_idx.
 */
async function eraseRetainedAccounts(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM account_kept
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND account_id <> ''
       AND source = ${EVENT_SOURCE}`);
  await tx.query(sql`
    UPDATE account_kept SET account_id = ''
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[]) AND account_id <> ''`);
}

/**
 * Erases accounts, with all ids merged into them: deletes their properties and their rows in lists at once; operations
 * from before `until` (an ISO time) are ignored whenever they arrive. The ids stay, because people's events name them.
 * Queues the deletion of their people's activity, which the facts job does. Primary keys; O(memberships).
 */
export async function eraseAccounts(tx: Tx, projectId: string, ids: readonly string[], until: string): Promise<void> {
  await tx.query(sql`
    UPDATE accounts
       SET type = NULL, name = NULL, properties = '{}', registers = '{}', first_seen = NULL, last_seen = NULL,
           merged_into = NULL, erased_until = ${until}
     WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])`);
  await tx.query(sql`DELETE FROM account_left WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await tx.query(sql`DELETE FROM account_changes WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await tx.query(sql`
    DELETE FROM account_aliases
     WHERE project_id = ${projectId} AND (a = ANY(${ids}::text[]) OR b = ANY(${ids}::text[]))`);
  await eraseAccountValues(tx, projectId, ids);
  await tx.query(sql`DELETE FROM account_facts WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])`);
  await tx.query(sql`
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, id, ${Number.MIN_SAFE_INTEGER}, ${Number.MAX_SAFE_INTEGER}, gen_random_uuid()
      FROM unnest(${ids}::text[]) a(id)`);
}

/** Deletes the values of erased accounts. account_values_pkey. */
async function eraseAccountValues(tx: Tx, projectId: string, ids: readonly string[]): Promise<void> {
  await tx.query(sql`
    DELETE FROM account_values
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])
       AND column_id IN (SELECT id FROM account_columns WHERE project_id = ${projectId})`);
}

type Named = { id: string; name: string | null; properties: JsonObject; registers: JsonObject };

/** Escapes a text for LIKE. */
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/**
 * Removes a person from the names and properties of accounts, and from the history of earlier values. Checks the
 * person's own accounts and those that a search finds, and returns their ids; the facts job recomputes the changed
 * ones. account_members_actor_id_idx, account_facts_search_idx.
 */
async function eraseFromNames(
  tx: Tx,
  projectId: string,
  { actorIds, streams }: ErasePlan,
  { needles, remove }: PersonRemover,
): Promise<string[]> {
  const actors = [...actorIds, ...streams.keys()];
  const { rows: candidates } = await tx.query<{ id: string }>(sql`
    WITH found AS (
      SELECT account_id FROM account_members WHERE project_id = ${projectId} AND actor_id = ANY(${actors}::bigint[])
       UNION
      SELECT f.account_id
        FROM unnest(${needles.map((needle) => `%${escapeLike(needle)}%`)}::text[]) n(pattern)
        JOIN account_facts f ON f.project_id = ${projectId} AND f.search_text LIKE n.pattern)
    SELECT a.id FROM accounts a WHERE a.project_id = ${projectId} AND a.id IN (SELECT account_id FROM found)
     UNION
    SELECT a.id FROM accounts a WHERE a.project_id = ${projectId} AND a.merged_into IN (SELECT account_id FROM found)`);
  const ids = candidates.map(({ id }) => id);
  if (ids.length === 0) return [];
  const { rows: named } = await tx.query<Named>(sql`
    SELECT id, name, properties, registers FROM accounts
     WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n
                    WHERE strpos(lower(concat(to_json(name), properties, registers)), n) > 0)
     ORDER BY id COLLATE "C" FOR NO KEY UPDATE`);
  for (const { id, name, properties, registers } of named)
    await tx.query(sql`
      UPDATE accounts
         SET name = ${remove(name)}, properties = ${JSON.stringify(remove(properties))}::jsonb,
             registers = ${JSON.stringify(remove(registers))}::jsonb
       WHERE project_id = ${projectId} AND id = ${id}`);
  await eraseFromChanges(tx, projectId, ids, { needles, remove });
  await tx.query(sql`
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, id, 1, 0, gen_random_uuid() FROM unnest(${named.map(({ id }) => id)}::text[]) a(id)`);
  return ids;
}

/** Reads the history of these accounts: account_changes_pkey. */
async function eraseFromChanges(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
  { needles, remove }: PersonRemover,
): Promise<void> {
  const { rows } = await tx.query<{ accountId: string; id: string; key: string; value: Json }>(sql`
    SELECT account_id AS "accountId", id, key, value FROM account_changes
     WHERE project_id = ${projectId} AND account_id = ANY(${ids}::text[])
       AND EXISTS (SELECT FROM unnest(${needles}::text[]) n WHERE strpos(lower(value::text), n) > 0)
     ORDER BY account_id COLLATE "C", ts, id, key FOR UPDATE`);
  if (rows.length === 0) return;
  const cleaned = rows.map(({ value, ...rest }) => ({ ...rest, value: remove(value) }));
  await tx.query(sql`
    UPDATE account_changes c SET value = q.value
      FROM jsonb_to_recordset(${JSON.stringify(cleaned)}::jsonb) AS q("accountId" text, id uuid, key text, value jsonb)
     WHERE c.project_id = ${projectId} AND c.account_id = q."accountId" AND c.id = q.id AND c.key = q.key`);
}

/**
 * Removes a person's ids and addresses from the recorded settings, as from the settings themselves: a difference
 * between the two recomputes everybody. Primary key.
 */
async function eraseFromSources(tx: Tx, projectId: string, person: NamedPerson): Promise<void> {
  await tx.query(sql`
    UPDATE account_sources
       SET internal = ARRAY(
             SELECT e
               FROM unnest(internal) WITH ORDINALITY u(e, place)
              WHERE NOT ${isNamedSql(sql`e`, person)}
              ORDER BY place)
     WHERE project_id = ${projectId} AND EXISTS (SELECT FROM unnest(internal) e WHERE ${isNamedSql(sql`e`, person)})`);
}
