import { LRUCache } from "lru-cache";
import sql, { empty } from "sql-template-tag";
import type { Database, Pool, UnitOfWork } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { ownTeam } from "@/lib/identity/own-team.queries";
import { joinOwner } from "@/lib/identity/person-ref.queries";
import { eventProperty } from "@/lib/segments/behaviour.queries";
import { andSql } from "@/lib/segments/property.queries";
import { type EventTrigger, triggerSchema } from "./alert";

/** How long a process caches the alerts it has read, in ms: as long as it caches a key. */
const CACHED_MS = 5_000;
const CACHED_PROJECTS = 10_000;
/**
 * Events of an alert that a process records one by one per minute; any others are counted in one row. Batches stored at
 * the same moment may each record that many.
 */
const CAUSES_PER_MINUTE = 20;
/** How many people or accounts of an alert are recorded one by one in a sweep; any others are counted in one row. */
const CAUSES_PER_SWEEP = 100;
const MINUTE_MS = 60_000;

/** Alerts on events, for ingest. */
type WatchedEvent = { id: string; trigger: EventTrigger; since: number };

/** A project's alerts on events, by the event's name. */
export type EventWatch = ReadonlyMap<string, readonly WatchedEvent[]>;

const cached = new LRUCache<string, EventWatch>({ max: CACHED_PROJECTS, ttl: CACHED_MS });
const recordedThisMinute = new LRUCache<string, number>({ max: CACHED_PROJECTS, ttl: MINUTE_MS });

/** A stored event, as alerts see it. */
type StoredEvent = { operation: { id: string; name: string; ts: number; kind: string } };

/** A project's alerts on events, as read at most five seconds ago. */
export async function eventWatch(db: Pool, projectId: string): Promise<EventWatch> {
  const known = cached.get(projectId);
  if (known) return known;
  const watch = new Map<string, WatchedEvent[]>();
  for (const alert of await watchedEvents(db, projectId)) {
    const named = watch.get(alert.trigger.event);
    if (named) named.push(alert);
    else watch.set(alert.trigger.event, [alert]);
  }
  cached.set(projectId, watch);
  return watch;
}

/** The project's active alerts on events, without those that only a newer version can read. alerts_pkey. */
async function watchedEvents(db: Database, projectId: string): Promise<WatchedEvent[]> {
  const { rows } = await db.query<{ id: string; trigger: unknown; since: number }>(sql`
    SELECT id, trigger, watching_since AS since
      FROM alerts
     WHERE project_id = ${projectId} AND is_on AND trigger ->> 'on' = 'event'`);
  return rows.flatMap(({ id, trigger, since }) => {
    const read = triggerSchema.safeParse(trigger);
    return read.success && read.data.on === "event" ? [{ id, trigger: read.data, since }] : [];
  });
}

/** Clears the caches, for tests, which do not wait for them to expire. */
export const forgetWatches = (): void => {
  cached.clear();
  recordedThisMinute.clear();
};

/**
 * Records the causes among the events of a batch, in its transaction: an event fires an alert once because it is stored
 * once. Events from before the alert was created do not fire; late ones do. Costs a lookup per event, and one statement
 * for each alert whose event is among them. Takes no lock that a batch waits for, except for a row of floods: those are
 * locked in the order of alerts, right before the last lock.
 */
export function recordEventFirings(
  unit: UnitOfWork,
  projectId: string,
  watch: EventWatch,
  events: readonly StoredEvent[],
  now = Date.now(),
): void {
  if (watch.size === 0) return;
  const found = new Map<WatchedEvent, string[]>();
  for (const { operation: event } of events) {
    if (event.kind !== "event") continue;
    for (const alert of watch.get(event.name) ?? []) {
      if (event.ts < alert.since) continue;
      const ids = found.get(alert);
      if (ids) ids.push(event.id);
      else found.set(alert, [event.id]);
    }
  }
  const inOrder = [...found].sort(([a], [b]) => (a.id < b.id ? -1 : 1));
  for (const [alert, ids] of inOrder) unit.defer(recordMatches(unit.tx, projectId, alert, ids, now));
}

/**
 * Records the events that match an alert: the first ones one by one, up to this minute's limit, the others in the
 * minute's row. Events of the own team are not causes. events_pkey, and two lookups per event for its person.
 */
async function recordMatches(
  tx: Database,
  projectId: string,
  { id, trigger }: WatchedEvent,
  ids: readonly string[],
  now: number,
): Promise<void> {
  const key = `${projectId} ${id}`;
  const room = Math.max(0, CAUSES_PER_MINUTE - (recordedThisMinute.get(key) ?? 0));
  const minute = new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS);
  const conditions =
    trigger.where.length === 0 ? empty : sql`AND ${andSql(trigger.where.map((one) => eventProperty(one, now)))}`;
  const statement = sql`
    WITH matching AS MATERIALIZED (
      SELECT e.id, e.ts, e.actor_id, row_number() OVER (ORDER BY e.ts, e.id) AS place
        FROM events e
       WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[]) ${conditions}
         AND NOT EXISTS (
               SELECT FROM (SELECT e.actor_id, e.ts) done
               ${joinOwner({ projectId }, sql`done.actor_id`, sql`done.ts`)}
                WHERE owner.person IN (${ownTeam(projectId)}))),
    listed_causes AS (
      INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, event_id, actor_id)
      SELECT ${projectId}::uuid, ${id}::uuid, 'event:' || m.id, m.ts, ${new Date(now)}::timestamptz, m.id, m.actor_id
        FROM matching m
       WHERE m.place <= ${room}
      ON CONFLICT DO NOTHING
      RETURNING 1),
    flood_cause AS (
      INSERT INTO alert_firings AS f (project_id, alert_id, cause, at, fired_at, causes)
      SELECT ${projectId}::uuid, ${id}::uuid, 'flood:' || ${minute.toISOString()}::text, ${minute}::timestamptz,
             ${new Date(now)}::timestamptz, count(*)
        FROM matching m
       WHERE m.place > ${room}
      HAVING count(*) > 0
      ON CONFLICT (project_id, alert_id, cause) DO UPDATE SET causes = f.causes + excluded.causes)
    SELECT count(*)::int AS listed FROM listed_causes`;
  // Planning takes longer than running it. With conditions, there would be too many prepared statements.
  const { rows } = await tx.query<{ listed: number }>(conditions === empty ? prepared(statement) : statement);
  const listed = rows[0]?.listed ?? 0;
  const before = recordedThisMinute.get(key);
  if (before !== undefined) recordedThisMinute.set(key, before + listed, { noUpdateTTL: true });
  else if (listed > 0) recordedThisMinute.set(key, listed);
}

/** A cause about one person, by number, or one account. */
export type SetFiring = { cause: string } & ({ person: number } | { accountId: string });

/** Who has entered an alert's set, or left it. */
export type SetMove = { isEntering: boolean; firing: SetFiring };

/** Records causes about people or accounts, at most CAUSES_PER_SWEEP of them one by one. */
export async function recordSetFirings(
  tx: Database,
  ref: { projectId: string; id: string },
  firings: readonly SetFiring[],
  now: number,
): Promise<void> {
  const single = firings.slice(0, CAUSES_PER_SWEEP);
  if (single.length === 0) return;
  const at = new Date(now);
  const people = single.map((one) => ("person" in one ? one.person : null));
  const accounts = single.map((one) => ("accountId" in one ? one.accountId : null));
  await tx.query(sql`
    INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, person, account_id)
    SELECT ${ref.projectId}::uuid, ${ref.id}::uuid, q.cause, ${at}::timestamptz, ${at}::timestamptz, q.person,
           q.account_id
      FROM unnest(${single.map(({ cause }) => cause)}::text[], ${people}::bigint[], ${accounts}::text[])
           AS q(cause, person, account_id)
    ON CONFLICT DO NOTHING`);
  const rest = firings.length - single.length;
  if (rest > 0)
    await tx.query(sql`
      INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, causes)
      VALUES (${ref.projectId}, ${ref.id}, ${`flood:${at.toISOString()}`}, ${at}, ${at}, ${rest})
      ON CONFLICT DO NOTHING`);
}
