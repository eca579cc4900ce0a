import sql from "sql-template-tag";
import type { Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { accountByEmail, accountByProperty, type IdCleaner } from "./compute-memberships";
import {
  accountSettings,
  DOMAIN_SOURCE,
  evidenceOfEvents,
  knownAccounts,
  ownerChanges,
  sourceOfProperty,
} from "./evidence.queries";
import { condenseEvidence, EVENT_SOURCE, type EvidencePoint } from "./retained-evidence";

/**
 * Retention: keeps the evidence about accounts of events that the same transaction then deletes, in a few rows per
 * identity (docs/decisions/0108-kept-memberships.md). Locks their identities and accounts in the order of ingest: an
 * erasure either comes first, and nothing is retained, or finds the retained rows. Writes nothing for events without
 * evidence.
 */
export async function retainEvidence(
  tx: Tx,
  projectId: string,
  eventIds: readonly string[],
  cleanId: IdCleaner,
): Promise<void> {
  const settings = await accountSettings(tx, projectId);
  const byValue = accountByProperty(cleanId);
  const evidence = (await evidenceOfEvents(tx, projectId, eventIds, settings)).flatMap(
    ({ actorId, ts, id, groups, property, email }): EvidencePoint[] => [
      ...groups.map((accountId) => ({ actorId, ts, id, source: EVENT_SOURCE, accountId })),
      ...(property && settings.property !== null
        ? [
            {
              actorId,
              ts,
              id,
              source: sourceOfProperty(settings.property).source,
              accountId: byValue(property[0]) ?? "",
            },
          ]
        : []),
      ...(email ? [{ actorId, ts, id, source: DOMAIN_SOURCE.source, accountId: accountByEmail(email[0]) ?? "" }] : []),
    ],
  );
  if (evidence.length === 0) return;
  const { streams, users } = await lockActors(tx, projectId, evidence);
  const erased = await lockErasures(tx, projectId, evidence);
  const points = (await outsideErasures(tx, projectId, evidence))
    .filter(({ actorId }) => streams.has(actorId) || users.has(actorId))
    .flatMap((point): EvidencePoint[] => {
      if (point.ts > (erased.get(point.accountId) ?? Number.NEGATIVE_INFINITY)) return [point];
      return point.source === EVENT_SOURCE ? [] : [{ ...point, accountId: "" }];
    });
  const bounds = await ownerChanges(tx, projectId, [...streams]);
  const left = await unassignedAt(tx, projectId, [...streams, ...users]);
  const leftAt = (actorId: number, accountId: string): number | undefined => left.get(`${actorId}\n${accountId}`);
  // account_members has a user's first and last evidence, which is enough unless they were unassigned.
  const added = points.filter(
    ({ source, actorId, accountId, ts }) =>
      source !== EVENT_SOURCE || streams.has(actorId) || ts >= (leftAt(actorId, accountId) ?? Number.POSITIVE_INFINITY),
  );
  if (added.length === 0) return;
  const retained = await retainedPoints(tx, projectId, [...new Set(added.map(({ actorId }) => actorId))]);
  const cuts = new Map<string, number[]>();
  const cutsOf = (actorId: number, accountId: string): number[] => {
    const key = `${actorId}\n${accountId}`;
    const known = cuts.get(key) ?? [...(bounds.get(actorId) ?? []), leftAt(actorId, accountId) ?? []].flat();
    cuts.set(key, known);
    return known;
  };
  await replace(tx, projectId, retained, condenseEvidence(unique([...retained, ...added]), cutsOf));
}

const keyOf = ({ actorId, source, ts, id, accountId }: EvidencePoint): string =>
  JSON.stringify([actorId, source, ts, id, accountId]);

const unique = (points: readonly EvidencePoint[]): EvidencePoint[] => [
  ...new Map(points.map((point) => [keyOf(point), point])).values(),
];

/** Locks the identities of these points, streams first; identities erased since are missing. Primary key. */
async function lockActors(
  tx: Tx,
  projectId: string,
  evidence: readonly EvidencePoint[],
): Promise<{ streams: Set<number>; users: Set<number> }> {
  const { rows } = await tx.query<{ id: number; kind: string }>(sql`
    SELECT id, kind FROM identities
     WHERE project_id = ${projectId} AND id = ANY(${[...new Set(evidence.map(({ actorId }) => actorId))]}::bigint[])
     ORDER BY kind, id FOR SHARE`);
  const of = (kind: string) => new Set(rows.filter((row) => row.kind === kind).map(({ id }) => id));
  return { streams: of("a"), users: of("u") };
}

/** Locks the accounts of these points; returns the time (ms) up to which erased ones ignore operations. */
async function lockErasures(
  tx: Tx,
  projectId: string,
  evidence: readonly EvidencePoint[],
): Promise<Map<string, number>> {
  const ids = [...new Set(evidence.map(({ accountId }) => accountId))];
  await tx.query(sql`
    SELECT FROM accounts WHERE project_id = ${projectId} AND id = ANY(${ids}::text[])
     ORDER BY id COLLATE "C" FOR SHARE`);
  const known = await knownAccounts(tx, projectId, ids);
  return new Map(known.flatMap(({ id, erasedUntil }) => (erasedUntil === null ? [] : [[id, erasedUntil]])));
}

/** The points outside the ranges of unfinished erasures. erase_lanes_pkey. */
async function outsideErasures(
  tx: Tx,
  projectId: string,
  evidence: readonly EvidencePoint[],
): Promise<EvidencePoint[]> {
  const { rows } = await tx.query<{ position: number }>(sql`
    SELECT s.position::int AS position
      FROM unnest(
             ${evidence.map(({ actorId }) => actorId)}::bigint[],
             ${evidence.map(({ ts }) => timestamp(ts))}::timestamptz[])
             WITH ORDINALITY s(actor_id, ts, position)
     WHERE EXISTS (SELECT FROM erase_lanes l WHERE l.project_id = ${projectId} AND l.actor_id = s.actor_id
                      AND s.ts >= l.from_ts AND s.ts < l.to_ts)`);
  const erasing = new Set(rows.map(({ position }) => position - 1));
  return evidence.filter((_, i) => !erasing.has(i));
}

/** When (ms) these identities were unassigned from an account, by identity and account. account_left_actor_id_idx. */
async function unassignedAt(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ actorId: number; accountId: string; ts: number }>(sql`
    SELECT actor_id AS "actorId", account_id AS "accountId", ts FROM account_left
     WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`);
  return new Map(rows.map(({ actorId, accountId, ts }) => [`${actorId}\n${accountId}`, ts]));
}

/** account_kept_pkey. */
async function retainedPoints(tx: Tx, projectId: string, actorIds: readonly number[]): Promise<EvidencePoint[]> {
  const { rows } = await tx.query<EvidencePoint>(sql`
    SELECT actor_id AS "actorId", source, ts, id, account_id AS "accountId" FROM account_kept
     WHERE project_id = ${projectId} AND actor_id = ANY(${actorIds}::bigint[])`);
  return rows;
}

/** Writes the difference between the two lists. account_kept_pkey. */
async function replace(
  tx: Tx,
  projectId: string,
  before: readonly EvidencePoint[],
  after: readonly EvidencePoint[],
): Promise<void> {
  const [keysBefore, keysAfter] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  const removed = before.filter((point) => !keysAfter.has(keyOf(point)));
  const added = after.filter((point) => !keysBefore.has(keyOf(point)));
  const rowsOf = (points: readonly EvidencePoint[]): string =>
    JSON.stringify(points.map(({ ts, ...point }) => ({ ...point, ts: timestamp(ts) })));
  const fields = sql`("actorId" bigint, source text, ts timestamptz, id uuid, "accountId" text)`;
  if (removed.length > 0)
    await tx.query(sql`
      DELETE FROM account_kept k
       USING json_to_recordset(${rowsOf(removed)}::json) AS q${fields}
       WHERE k.project_id = ${projectId} AND k.actor_id = q."actorId" AND k.source = q.source AND k.ts = q.ts
         AND k.id = q.id AND k.account_id = q."accountId"`);
  if (added.length > 0)
    await tx.query(sql`
      INSERT INTO account_kept (project_id, actor_id, source, ts, id, account_id)
      SELECT ${projectId}::uuid, q."actorId", q.source, q.ts, q.id, q."accountId"
        FROM json_to_recordset(${rowsOf(added)}::json) AS q${fields}`);
}
