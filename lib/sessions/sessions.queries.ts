import sql, { empty, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import type { Context } from "@/lib/events/context";
import { contextOrder, visitSourceOf } from "@/lib/events/context.queries";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { isInLanes, lanesOf } from "@/lib/identity/lanes.queries";
import { requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import type { ListSessionsOptions, SessionRow } from "./types";
import { entryPage, exitPage } from "./visit-pages.queries";

const position = z.tuple([z.literal("session"), z.number().int().min(EARLIEST_MS).max(LATEST_MS), z.guid()]);
const LAST_UUID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

type StoredSession = Omit<
  SessionRow,
  "durationMs" | "source" | "device" | "browser" | "os" | "country" | "city" | "referrer"
> & {
  context: Context;
};

/**
 * A page of a person's sessions, newest first, and the cursor of the next one. Throws not_found for an unknown ref. The
 * anonymous part before a login and the identified part after it are one session of the person (docs/identity.md R9).
 */
export async function listSessions(
  scope: Scope,
  ref: string,
  options: ListSessionsOptions,
): Promise<{ rows: SessionRow[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  const person = await requirePerson(scope, ref);
  const from = cursor && { startedAt: cursor[1], id: cursor[2] };
  const { rows } = await reading(scope).query<StoredSession>(
    sessionsQuery(scope, person, { limit: options.limit + 1, from, after: options.after }),
  );
  const page = rows.slice(0, options.limit).map(toSession);
  const last = page.at(-1);
  return {
    rows: page,
    next: rows.length > page.length && last ? encodeCursor(["session", last.startedAt, last.id]) : null,
  };
}

/** The person's `limit` newest sessions that started before `before` (ms), newest first. Like sessionsQuery. */
export async function visitsBefore(scope: Scope, person: Person, before: number, limit: number): Promise<SessionRow[]> {
  const from = { startedAt: before - 1, id: LAST_UUID };
  const { rows } = await reading(scope).query<StoredSession>(sessionsQuery(scope, person, { limit, from }));
  return rows.map(toSession);
}

function toSession({ context, ...stored }: StoredSession): SessionRow {
  return {
    ...stored,
    durationMs: stored.endedAt - stored.startedAt,
    device: context.device ?? null,
    browser: context.browser ?? null,
    os: context.os ?? null,
    country: context.country ?? null,
    city: context.city ?? null,
    source: visitSourceOf(context),
    referrer: context.referrer ?? null,
  };
}

/**
 * A page of sessions in (started_at, session_id) order, newest first. Each lane contributes its newest rows; a row only
 * counts if it is its session's first row among this person's, so a session that spans a login appears once, at its
 * true start; then only the page's sessions are summed over their rows. Lanes use sessions_actor_started_idx, the
 * lookup of a session's other rows (one or two) sessions_pkey. Cost: one probe per lane plus `limit` rows of each lane
 * with newer sessions.
 */
export function sessionsQuery(
  scope: Scope,
  person: Person,
  page: { limit: number; from: { startedAt: number; id: string } | undefined; after?: number },
): Sql {
  const from = page.from ?? { startedAt: Number.POSITIVE_INFINITY, id: LAST_UUID };
  const start = timestamp(from.startedAt);
  return sql`
    WITH lanes AS (${lanesOf(scope, person)}),
    page AS (
      SELECT h.session_id, h.started_at
        FROM lanes l
       CROSS JOIN LATERAL (
          SELECT x.session_id, x.started_at
            FROM sessions x
           WHERE x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
             AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
             AND x.started_at >= ${timestamp(page.after ?? Number.NEGATIVE_INFINITY)}
             AND x.started_at <= ${start}
             AND (x.started_at, x.session_id) < (${start}::timestamptz, ${from.id}::uuid)
             ${isFirstOfItsSession(scope, person)}
           ORDER BY x.started_at DESC, x.session_id DESC
           LIMIT ${page.limit}) h
       ORDER BY h.started_at DESC, h.session_id DESC
       LIMIT ${page.limit})
    SELECT y.session_id AS id,
           min(y.started_at) AS "startedAt",
           max(y.ended_at) AS "endedAt",
           sum(y.event_count)::bigint AS events,
           sum(y.page_views)::bigint AS "pageViews",
           sum(y.revenue)::bigint AS revenue,
           ${entryPage(sql`y`)} AS "entryPage",
           ${exitPage(sql`y`)} AS "exitPage",
           (array_agg(y.context ORDER BY ${contextOrder(sql`y`)}))[1] AS context
      FROM page p JOIN sessions y ON y.project_id = ${scope.projectId} AND y.session_id = p.session_id
     WHERE ${isTheirs(scope, person)}
     GROUP BY y.session_id, p.started_at
     ORDER BY p.started_at DESC, y.session_id DESC`;
}

/**
 * Whether x is the first of its session's rows that are this person's. A visitor is one actor, with one row per
 * session.
 */
function isFirstOfItsSession(scope: Scope, person: Person): Sql {
  if (person.kind === "visitor") return empty;
  return sql`AND NOT EXISTS (
    SELECT 1 FROM sessions y
     WHERE y.project_id = x.project_id AND y.session_id = x.session_id
       AND (y.started_at, y.actor_id) < (x.started_at, x.actor_id) AND ${isTheirs(scope, person)})`;
}

const isTheirs = (scope: Scope, person: Person): Sql => isInLanes(scope, person, sql`y.actor_id`, sql`y.started_at`);
