import sql from "sql-template-tag";
import type { Tx, UnitOfWork } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { storable } from "@/lib/format/storable";
import type { Registers } from "@/lib/identity/fold";
import { PROFILE_OR_VISITOR_NUMBER } from "@/lib/identity/person-ref.queries";
import type { PropertySpace } from "@/lib/identity/property-limits";
import type { Json } from "@/lib/json";
import type { Usage } from "@/lib/projects/usage.store";
import { applyAccountWrites, type GroupOperation, groupDeltas } from "./group-deltas";

/**
 * Updates the accounts that stored operations name, and their memberships; a no-op if they name none. Locks rows in key
 * order (phase 5 of the lock order, docs/identity.md E3). Three statements by primary key, plus two if properties of
 * accounts were set, which use up `space`. Calls `refuse` with the reason for each value it leaves out, and `onCreated`
 * with the project's number of accounts if it created any. Returns the ids of the operations that describe an account
 * erased since they happened.
 */
export async function writeAccounts(
  unit: UnitOfWork,
  projectId: string,
  operations: readonly GroupOperation[],
  space: PropertySpace,
  refuse: (operationId: string, warning: string) => void,
  onCreated: (uses: Partial<Usage>) => void,
): Promise<string[]> {
  const { tx } = unit;
  const naming = operations.filter(({ operation }) => operation.groups.length > 0);
  if (naming.length === 0) return [];
  const { accounts, memberships, assigned } = groupDeltas(naming);
  const ids = accounts.map(({ id }) => id);
  // These locks keep the accounts from being erased, so the following statements see every erasure so far.
  unit.defer(
    tx.query(
      prepared(sql`
        SELECT 1 FROM accounts WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])
         ORDER BY id COLLATE "C" FOR NO KEY UPDATE`),
    ),
  );
  const seen = accounts.map(({ id, times, active }) => ({ id, times: times.map(timestamp), active }));
  // One statement each, so that rows are locked in its ORDER BY.
  const writingAccounts = tx
    .query<{ used: number }>(
      prepared(sql`
      WITH sent AS (
        SELECT q.id, t.first_seen, t.last_seen, t.created_at
          FROM json_to_recordset(${JSON.stringify(seen)}::json) AS q(id text, times timestamptz[], active boolean[])
          LEFT JOIN accounts k ON k.project_id = ${projectId} AND k.id = q.id
         CROSS JOIN LATERAL (
           SELECT min(u.ts) FILTER (WHERE u.active) AS first_seen, max(u.ts) FILTER (WHERE u.active) AS last_seen,
                  min(u.ts) AS created_at
             FROM unnest(q.times, q.active) u(ts, active)
            WHERE k.erased_until IS NULL OR u.ts > k.erased_until) t
         WHERE t.created_at IS NOT NULL),
      written AS (
        INSERT INTO accounts AS a (project_id, id, first_seen, last_seen, created_at)
        SELECT ${projectId}::uuid, id, first_seen, last_seen, created_at FROM sent ORDER BY id COLLATE "C"
        ON CONFLICT (project_id, id) DO UPDATE
          SET first_seen = least(a.first_seen, excluded.first_seen),
              last_seen = greatest(a.last_seen, excluded.last_seen),
              created_at = CASE WHEN a.created_at <= a.erased_until THEN excluded.created_at
                                ELSE least(a.created_at, excluded.created_at) END
        RETURNING a.id, xmax = 0 AS is_new, a.erased_until IS NOT NULL AS was_erased),
      stale AS (
        INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
        SELECT ${projectId}::uuid, id, 1, 0, gen_random_uuid() FROM written WHERE is_new OR was_erased)
      INSERT INTO project_usage AS u (project_id, kind, used)
      SELECT ${projectId}::uuid, 'accounts', count(*) FROM written WHERE is_new HAVING count(*) > 0
      ON CONFLICT (project_id, kind) DO UPDATE SET used = u.used + excluded.used
      RETURNING used`),
    )
    .then(({ rows }) => rows[0] && onCreated({ accounts: rows[0].used }));
  const membershipRows = memberships.map(({ accountId, actorId, times }) => ({
    account_id: accountId,
    actor_id: actorId,
    times: times.map(timestamp),
  }));
  const writingMemberships =
    memberships.length === 0
      ? Promise.resolve()
      : tx.query(
          prepared(sql`
            INSERT INTO account_members AS m (project_id, account_id, actor_id, first_ts, last_ts)
            SELECT ${projectId}::uuid, q.account_id, q.actor_id, t.first_ts, t.last_ts
              FROM json_to_recordset(${JSON.stringify(membershipRows)}::json)
                     AS q(account_id text, actor_id bigint, times timestamptz[])
              JOIN accounts k ON k.project_id = ${projectId} AND k.id = q.account_id
             CROSS JOIN LATERAL (
               SELECT min(u.ts) AS first_ts, max(u.ts) AS last_ts FROM unnest(q.times) u(ts)
                WHERE k.erased_until IS NULL OR u.ts > k.erased_until) t
             WHERE t.first_ts IS NOT NULL
             ORDER BY q.account_id COLLATE "C", q.actor_id
            ON CONFLICT (project_id, account_id, actor_id) DO UPDATE
              SET first_ts = least(m.first_ts, excluded.first_ts), last_ts = greatest(m.last_ts, excluded.last_ts)`),
        );
  if (assigned.length > 0) unit.defer(queueAssigned(tx, projectId, assigned));
  const written = accounts.filter(({ writes }) => writes.length > 0);
  if (written.length === 0) {
    unit.defer(writingAccounts);
    unit.defer(writingMemberships);
    return [];
  }
  // The statements above already hold the locks. Accounts without writes need no document.
  const reading = tx.query<{ id: string; registers: Registers; erased_until: number | null; is_merged: boolean }>(
    prepared(sql`
      SELECT id, registers, erased_until,
             merged_into IS NOT NULL OR EXISTS (
               SELECT FROM accounts m WHERE m.project_id = ${projectId} AND m.merged_into = a.id) AS is_merged
        FROM accounts a
       WHERE project_id = ${projectId} AND id = ANY(${written.map(({ id }) => id)}::text[])`),
  );
  const [, , { rows }] = await Promise.all([writingAccounts, writingMemberships, reading]);
  const stored = new Map(rows.map((row) => [row.id, row]));
  const erased = new Set<string>();
  const facts = written.flatMap(({ id, writes }) => {
    const known = stored.get(id);
    const since = known?.erased_until ?? Number.NEGATIVE_INFINITY;
    const valid = writes.filter(({ ts }) => ts > since);
    for (const { ts, operationId } of writes) if (ts <= since) erased.add(operationId);
    if (valid.length === 0) return [];
    const account = applyAccountWrites(known?.registers ?? {}, valid, space, refuse);
    const hasChanges = account.changes.length > 0;
    // Of ids merged with others, a value that is only newer may win.
    const stale = hasChanges || known?.is_merged === true;
    return hasChanges || account.hasAdvanced ? [{ id, stale, ...account }] : [];
  });
  if (facts.length > 0) unit.defer(writeProperties(tx, projectId, facts));
  return [...erased];
}

/**
 * Queues people who were assigned to an account without being active. None of their counts changes, so after a crash of
 * this process the facts job would not find them. identities_pkey, spans_pkey.
 */
async function queueAssigned(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<void> {
  await tx.query(
    prepared(sql`
    WITH actors AS MATERIALIZED (SELECT DISTINCT id FROM unnest(${actorIds}::bigint[]) a(id))
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, '', person, person, gen_random_uuid() FROM (
      SELECT i.profile_id AS person
        FROM actors a JOIN identities i ON i.project_id = ${projectId} AND i.id = a.id AND i.kind = 'u'
      UNION
      SELECT ${PROFILE_OR_VISITOR_NUMBER}
        FROM actors a
        JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = a.id AND s.owner_id IS DISTINCT FROM 0
        LEFT JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id) p
     WHERE person IS NOT NULL`),
  );
}

/** Characters of a value kept in its history. */
const MAX_LOGGED_CHARS = 1_000;
/** Characters of its path, which shares an index entry of at most 2,704 bytes with the account's id. */
const MAX_LOGGED_KEY_CHARS = 400;

/**
 * Writes accounts' names and properties and their history, and queues those that are stale for the facts job. Queues
 * them in account_work, as an insert into account_stale would wait for a row that the job is deleting.
 */
async function writeProperties(
  tx: Tx,
  projectId: string,
  facts: readonly ({ id: string; stale: boolean } & ReturnType<typeof applyAccountWrites>)[],
): Promise<void> {
  const rows = facts.map(({ changes: _, hasAdvanced: __, ...row }) => row);
  const history = facts.flatMap(({ id, changes }) =>
    changes.map(({ key, value, ts, operationId }) => ({
      account_id: id,
      key: key.length <= MAX_LOGGED_KEY_CHARS ? key : storable(`${key.slice(0, MAX_LOGGED_KEY_CHARS)}…`),
      value: cutForHistory(value),
      ts: timestamp(ts),
      id: operationId,
    })),
  );
  await tx.query(
    prepared(sql`
    WITH logged AS (
      INSERT INTO account_changes (project_id, account_id, ts, id, key, value)
      SELECT ${projectId}::uuid, q.account_id, q.ts, q.id, q.key, coalesce(q.value, 'null')
        FROM json_to_recordset(${JSON.stringify(history)}::json)
               AS q(account_id text, ts timestamptz, id uuid, key text, value jsonb)
       ORDER BY q.account_id, q.ts, q.id, q.key
      ON CONFLICT DO NOTHING),
    described AS (
      UPDATE accounts a SET type = q.type, name = q.name, properties = q.properties, registers = q.registers
        FROM json_to_recordset(${JSON.stringify(rows)}::json)
               AS q(id text, stale boolean, type text, name text, properties jsonb, registers jsonb)
       WHERE a.project_id = ${projectId} AND a.id = q.id
      RETURNING a.id, q.stale)
    INSERT INTO account_work (project_id, account_id, from_person, to_person, id)
    SELECT ${projectId}::uuid, id, 1, 0, gen_random_uuid() FROM described WHERE stale`),
  );
}

/** Cuts a long value to the beginning of its JSON text. */
function cutForHistory(value: Json): Json {
  const text = JSON.stringify(value);
  return text.length <= MAX_LOGGED_CHARS ? value : storable(`${text.slice(0, MAX_LOGGED_CHARS)}…`);
}
