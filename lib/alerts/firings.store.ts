import { LRUCache } from "lru-cache";
import sql, { empty, type Sql } from "sql-template-tag";
import type { Database, Pool, UnitOfWork } from "@/lib/db/pool";
import { eventProperty } from "@/lib/segments/behaviour.queries";
import { and } from "@/lib/segments/property.queries";
import { type WatchedEvent, watchedEvents } from "./alerts.queries";

/** How long a process caches the alerts it read, in ms: as long as a key. */
const CACHED_MS = 5_000;
const CACHED_PROJECTS = 10_000;
/** Events of an alert that a process records one by one per minute; any others are counted in one row. */
const EVENTS_A_MINUTE = 20;
/** The same for people in one sweep of them. */
const PEOPLE_A_LOOK = 100;
const MINUTE_MS = 60_000;

const cached = new LRUCache<string, readonly WatchedEvent[]>({ max: CACHED_PROJECTS, ttl: CACHED_MS });
const noted = new LRUCache<string, number>({ max: CACHED_PROJECTS, ttl: MINUTE_MS });

/** A stored event, as alerts see it. */
type Fresh = { operation: { id: string; name: string; ts: number; kind: string } };

/** A project's alerts on events, as read at most five seconds ago. */
export async function eventWatch(db: Pool, projectId: string): Promise<readonly WatchedEvent[]> {
  const known = cached.get(projectId);
  if (known) return known;
  const read = await watchedEvents(db, projectId);
  cached.set(projectId, read);
  return read;
}

/** For tests, which do not wait. */
export const forgetWatches = (): void => {
  cached.clear();
  noted.clear();
};

/**
 * Records the causes among the events of a batch, in its transaction: an event fires an alert once because it is stored
 * once. Events from before the alert was created do not fire; late ones do. Costs a lookup per event name, and one
 * statement for each alert whose event is among them. Takes no lock that a batch waits for, except for a row of floods:
 * those are locked in the order of alerts, right before the last lock.
 */
export function noteEventFirings(
  unit: UnitOfWork,
  projectId: string,
  watch: readonly WatchedEvent[],
  events: readonly Fresh[],
  now = Date.now(),
): void {
  for (const { id, trigger, since } of watch) {
    const ids = events.flatMap(({ operation: event }) =>
      event.kind === "event" && event.name === trigger.event && event.ts >= since ? [event.id] : [],
    );
    if (ids.length === 0) continue;
    const matching =
      trigger.where.length === 0 ? empty : sql`AND ${and(trigger.where.map((one) => eventProperty(one, now)))}`;
    const used = noted.get(`${projectId} ${id}`) ?? 0;
    const single = ids.slice(0, Math.max(0, EVENTS_A_MINUTE - used));
    const rest = ids.slice(single.length);
    if (used === 0) noted.set(`${projectId} ${id}`, single.length);
    else noted.set(`${projectId} ${id}`, used + single.length, { noUpdateTTL: true });
    if (single.length > 0) unit.defer(noteEach(unit.tx, { projectId, id, ids: single, matching, now }));
    if (rest.length > 0) unit.defer(noteFlood(unit.tx, { projectId, id, ids: rest, matching, now }));
  }
}

type Noted = { projectId: string; id: string; ids: string[]; matching: Sql; now: number };

/** events_pkey. */
const noteEach = (tx: Database, { projectId, id, ids, matching, now }: Noted) =>
  tx.query(sql`
    INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, event_id, actor_id)
    SELECT e.project_id, ${id}::uuid, 'event:' || e.id, e.ts, ${new Date(now)}::timestamptz, e.id, e.actor_id
      FROM events e
     WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[]) ${matching}
    ON CONFLICT DO NOTHING`);

/** One row per minute, however many. events_pkey. */
const noteFlood = (tx: Database, { projectId, id, ids, matching, now }: Noted) => {
  const minute = new Date(Math.floor(now / MINUTE_MS) * MINUTE_MS);
  return tx.query(sql`
    INSERT INTO alert_firings AS f (project_id, alert_id, cause, at, fired_at, causes)
    SELECT ${projectId}::uuid, ${id}::uuid, 'flood:' || ${minute.toISOString()}::text, ${minute}::timestamptz,
           ${new Date(now)}::timestamptz, count(*)
      FROM events e
     WHERE e.project_id = ${projectId} AND e.id = ANY(${ids}::uuid[]) ${matching}
    HAVING count(*) > 0
    ON CONFLICT (project_id, alert_id, cause) DO UPDATE SET causes = f.causes + excluded.causes`);
};

export type PersonFiring = { cause: string; person: number };

/** Records causes about people, at most PEOPLE_A_LOOK of them one by one. */
export async function notePeopleFirings(
  tx: Database,
  ref: { projectId: string; id: string },
  firings: readonly PersonFiring[],
  now: number,
): Promise<void> {
  const single = firings.slice(0, PEOPLE_A_LOOK);
  const at = new Date(now);
  await tx.query(sql`
    INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, person)
    SELECT ${ref.projectId}::uuid, ${ref.id}::uuid, q.cause, ${at}::timestamptz, ${at}::timestamptz, q.person
      FROM unnest(${single.map(({ cause }) => cause)}::text[], ${single.map(({ person }) => person)}::bigint[])
           AS q(cause, person)
    ON CONFLICT DO NOTHING`);
  const rest = firings.length - single.length;
  if (rest > 0)
    await tx.query(sql`
      INSERT INTO alert_firings (project_id, alert_id, cause, at, fired_at, causes)
      VALUES (${ref.projectId}, ${ref.id}, ${`flood:${at.toISOString()}`}, ${at}, ${at}, ${rest})
      ON CONFLICT DO NOTHING`);
}
