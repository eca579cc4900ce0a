import sql, { type Sql } from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { retentionCutoff, retentionLimitsOf, shortestOf } from "@/lib/projects/retention";
import type { RetentionSettings } from "@/lib/projects/settings";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { expectedRows } from "./expected-rows.queries";

/** A number of rows: counted up to a bound, beyond that the planner's estimate. */
export type RowCount = { count: number; isExact: boolean };

/** What the limits would delete now; `others`: identifies and property changes, which are only estimated. */
export type RetentionPreview = {
  events: { name: string; days: number; before: number; going: RowCount }[];
  others: RowCount | null;
  sessions: RowCount | null;
  visitors: RowCount | null;
};

/** Rows counted per preview, divided among the names; each name gets at least MIN_COUNTED. */
const MAX_COUNTED = 200_000;
const MIN_COUNTED = 500;
/** Names estimated by the planner, about a millisecond each. */
const MAX_ESTIMATED = 200;

/**
 * What these limits would delete now, by event name, largest first. Counts at most some 200,000 index entries
 * (events_name_ts_idx, sessions_started_idx, spans_visitors_idx); larger numbers are estimates.
 */
export async function previewRetention(
  scope: Scope,
  settings: RetentionSettings,
  now: number,
): Promise<RetentionPreview> {
  const { projectId } = scope;
  const db = reading(scope);
  const limits = retentionLimitsOf(settings);
  const namedLimits = [...limits.byEvent].flatMap(([name, days]) => (days === null ? [] : [{ name, days }]));
  const generalLimit = limits.all;
  const names =
    generalLimit === null ? [] : (await eventNames(db, projectId)).filter((name) => !limits.byEvent.has(name));
  const wanted = [...namedLimits, ...names.map((name) => ({ name, days: generalLimit ?? 0 }))];
  const limit = Math.max(MIN_COUNTED, Math.floor(MAX_COUNTED / Math.max(wanted.length, 1)));
  const events = (await countByName(db, projectId, wanted, limit, now)).filter(({ going }) => going.count > 0);
  const before = generalLimit === null ? null : timestamp(retentionCutoff(generalLimit, now));
  const shortest = shortestOf(limits);
  const visitors =
    shortest === null
      ? null
      : await count(
          db,
          sql`FROM spans
              WHERE project_id = ${projectId} AND owner_id IS NULL
                AND last_min < ${timestamp(retentionCutoff(shortest, now))}`,
        );
  if (before === null) return { events, others: null, sessions: null, visitors };
  const others = await estimate(
    db,
    sql`FROM events WHERE project_id = ${projectId} AND kind <> 'event' AND ts < ${before}`,
  );
  return {
    events,
    // The planner never expects less than one row.
    others: others.count > 1 ? others : null,
    sessions: await count(db, sql`FROM sessions WHERE project_id = ${projectId} AND started_at < ${before}`),
    visitors,
  };
}

async function eventNames(db: Database, projectId: string): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT name FROM project_names WHERE project_id = ${projectId} AND kind = 'event' ORDER BY name`);
  return rows.map(({ name }) => name);
}

async function countByName(
  db: Database,
  projectId: string,
  wanted: readonly { name: string; days: number }[],
  limit: number,
  now: number,
): Promise<RetentionPreview["events"]> {
  const cutoffs = wanted.map(({ days }) => retentionCutoff(days, now));
  const { rows } = await db.query<{ position: number; n: number }>(sql`
    SELECT w.position, x.n
      FROM unnest(${wanted.map(({ name }) => name)}::text[], ${cutoffs.map(timestamp)}::timestamptz[])
             WITH ORDINALITY w(name, before, position)
     CROSS JOIN LATERAL (
       SELECT count(*) AS n
         FROM (SELECT 1
                 FROM events e
                WHERE e.project_id = ${projectId} AND e.kind = 'event' AND e.name = w.name AND e.ts < w.before
                LIMIT ${limit}) e) x
     ORDER BY w.position`);
  let estimates = 0;
  const out: RetentionPreview["events"] = [];
  for (const [index, { name, days }] of wanted.entries()) {
    const counted = rows[index]?.n ?? 0;
    const before = cutoffs[index] as number;
    let going: RowCount = { count: counted, isExact: counted < limit };
    if (!going.isExact && estimates++ < MAX_ESTIMATED) {
      const expected = await estimate(
        db,
        sql`FROM events
            WHERE project_id = ${projectId} AND kind = 'event' AND name = ${name} AND ts < ${timestamp(before)}`,
      );
      going = { count: Math.max(expected.count, counted), isExact: false };
    }
    out.push({ name, days, before, going });
  }
  return out.sort((a, b) => b.going.count - a.going.count);
}

async function count(db: Database, from: Sql): Promise<RowCount> {
  const limit = MAX_COUNTED / 4;
  const { rows } = await db.query<{ n: number }>(sql`SELECT count(*) AS n FROM (SELECT 1 ${from} LIMIT ${limit}) x`);
  const n = rows[0]?.n ?? 0;
  return n < limit
    ? { count: n, isExact: true }
    : { count: Math.max(n, (await estimate(db, from)).count), isExact: false };
}

/** The planner's estimate. */
const estimate = async (db: Database, from: Sql): Promise<RowCount> => ({
  count: await expectedRows(db, from),
  isExact: false,
});
