import sql, { empty, join, raw } from "sql-template-tag";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { Context } from "@/lib/events/context";
import { contextOrder } from "@/lib/events/context.queries";
import type { PropertyChange } from "@/lib/events/property-change";
import { applyChange, propertiesOf, type Registers } from "@/lib/identity/fold";
import { lanesById, lanesIn } from "@/lib/identity/lanes.queries";
import { type IdKind, numberOfId, splitNumbers } from "@/lib/identity/person-ref";
import { kindSql } from "@/lib/identity/person-ref.queries";
import { shownProperties } from "@/lib/identity/property-limits";
import type { Json, JsonObject } from "@/lib/json";
import type { PersonFacts, ProfileIdentity, ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import { ALARM_IN_FORCE } from "@/lib/risk/alarm.queries";
import type { Reader, Scope } from "@/lib/scope";

/** What a row of a list (person.queries.ts) lacks to be shown: ids, visits, properties, and the facts job's results. */

/** The figures of a row, `kind` "u" with a profile's id, or "a" with a stream's. Times in ms, props flat. */
export type PersonFigures = {
  kind: IdKind;
  id: number;
  props: JsonObject;
  firstSeen: number | null;
  lastSeen: number | null;
  events: number;
};

/** A person's number of sessions, and the context of the first and the newest. */
type PersonVisits = { sessions: number; firstContext: Context; lastContext: Context };

/** A person's ids, in the order of identitiesOfPeople. */
type PersonIds = Pick<ProfileSummary, "userIds" | "anonymousIds">;

/** What a row lacks to be shown. `sessions` is absent for people without any; `properties` are flat. */
export type PersonDetails = {
  ids: PersonIds | undefined;
  sessions: PersonVisits | undefined;
  properties: JsonObject;
  stored: PersonFacts | undefined;
};

/**
 * What the rows of a page lack to be shown, in four queries for the whole page. Sessions come from the stored facts if
 * those match the row's current figures and are only read otherwise, as a person with 100,000 events has thousands.
 * `people`: those of the page, by number, here and below.
 */
export async function detailsOf(
  scope: Scope,
  people: number[],
  page: PersonFigures[] | Promise<PersonFigures[]>,
  idsFound = idsOfPeople(scope, people),
): Promise<(row: PersonFigures) => PersonDetails> {
  const readingFacts = storedFactsOf(scope, people);
  const [ids, properties, stored, sessions] = await Promise.all([
    idsFound,
    visitorPropertiesOf(scope, splitNumbers(people).visitors),
    readingFacts,
    Promise.all([readingFacts, page]).then(([known, rows]) => {
      const outdated = rows.filter((row) => !isCurrent(row, known.get(numberOfId(row))));
      return outdated.length === 0 ? new Map<number, never>() : personVisitsOf(scope, outdated.map(numberOfId));
    }),
  ]);
  return (row) => {
    const number = numberOfId(row);
    const known = stored.get(number);
    return {
      ids: ids.get(number),
      sessions: isCurrent(row, known) ? known.visits : sessions.get(number),
      properties: row.kind === "u" ? row.props : (properties.get(row.id) ?? {}),
      stored: known?.facts,
    };
  };
}

const isCurrent = (row: PersonFigures, stored: StoredFacts | undefined): stored is StoredFacts =>
  stored !== undefined &&
  stored.computedFrom.events === row.events &&
  stored.computedFrom.firstSeen === row.firstSeen &&
  stored.computedFrom.lastSeen === row.lastSeen;

type PersonKey = { kind: IdKind; person: number };

const IN_ORDER = sql`f.first_seen NULLS LAST, f.run_first NULLS LAST, d.id`;

/** All ids of each of them, for lists: one row per person, as somebody may have thousands. O(lanes). */
async function idsOfPeople(scope: Scope, people: number[]): Promise<Map<number, PersonIds>> {
  if (people.length === 0) return new Map();
  const { rows } = await reading(scope).query<PersonKey & PersonIds>(sql`
    WITH found AS (${lanesById(scope, splitNumbers(people))})
    SELECT f.kind, f.person,
           coalesce(array_agg(d.ext_id ORDER BY ${IN_ORDER}) FILTER (WHERE d.kind = 'u'), '{}') AS "userIds",
           coalesce(array_agg(d.ext_id ORDER BY ${IN_ORDER}) FILTER (WHERE d.kind <> 'u'), '{}') AS "anonymousIds"
      FROM found f JOIN identities d ON d.project_id = ${scope.projectId} AND d.id = f.id
     GROUP BY f.kind, f.person`);
  return new Map(rows.map(({ kind, person, ...ids }) => [numberOfId({ kind, id: person }), ids]));
}

/**
 * All ids of each person with their details, user ids first, then devices, each in order of creation. A device's
 * figures cover the spans this person owns, not the whole device.
 */
export async function identitiesOfPeople(scope: Scope, people: number[]): Promise<Map<number, ProfileIdentity[]>> {
  type Row = PersonKey & Omit<ProfileIdentity, "kind"> & { identityKind: ProfileIdentity["kind"] };
  if (people.length === 0) return new Map();
  const { rows } = await reading(scope).query<Row>(sql`
    WITH found AS (${lanesById(scope, splitNumbers(people))})
    SELECT f.kind, f.person, CASE d.kind WHEN 'u' THEN 'user' ELSE 'device' END AS "identityKind", d.ext_id AS id,
           f.first_seen AS "firstSeen", f.last_seen AS "lastSeen", f.event_count AS events,
           d.stream_class AS "streamClass", f.run_first AS "claimedFrom", f.run_last AS "claimedLast"
      FROM found f JOIN identities d ON d.project_id = ${scope.projectId} AND d.id = f.id
     ORDER BY d.kind DESC, ${IN_ORDER}`);
  const found = new Map<number, ProfileIdentity[]>();
  for (const { kind, person, identityKind, ...identity } of rows) {
    appendTo(found, numberOfId({ kind, id: person }), { kind: identityKind, ...identity });
  }
  return found;
}

/** The ids alone, for lists. */
export const idsAmong = (identities: ProfileIdentity[]): PersonIds => ({
  userIds: identities.filter(({ kind }) => kind === "user").map(({ id }) => id),
  anonymousIds: identities.filter(({ kind }) => kind === "device").map(({ id }) => id),
});

function appendTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

/**
 * How many sessions each of them had (distinct session ids over their lanes, docs/identity.md R9), and the context of
 * the first and the newest; absent for people without any. Uses sessions_actor_started_idx, once per lane; O(session
 * rows of the page's people).
 */
export async function personVisitsOf(scope: Scope, people: number[]): Promise<Map<number, PersonVisits>> {
  const { rows } = await reading(scope).query<PersonKey & PersonVisits>(sql`
    WITH people AS MATERIALIZED (SELECT unnest(${people}::bigint[]) AS person),
    lanes AS (${lanesIn(scope, sql`people`)})
    SELECT ${kindSql(sql`l.person`)} AS kind, abs(l.person) AS person,
           count(DISTINCT x.session_id) AS sessions,
           (array_agg(x.context ORDER BY ${contextOrder(sql`x`)}))[1] AS "firstContext",
           (array_agg(x.context ORDER BY x.started_at DESC, x.started_id DESC))[1] AS "lastContext"
      FROM lanes l JOIN sessions x
        ON x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
       AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
     GROUP BY l.person`);
  return new Map(rows.map(({ kind, person, ...visits }) => [numberOfId({ kind, id: person }), visits]));
}

/**
 * The anonymous visitors' properties, flat, by stream. Uses prop_ops_pkey, once per stream; O(their property
 * operations).
 */
export async function visitorPropertiesOf(scope: Reader, streams: number[]): Promise<Map<number, JsonObject>> {
  if (streams.length === 0) return new Map();
  type Row = { stream: number; mode: PropertyChange["mode"]; key: string; value: Json; ts: number; id: string };
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT p.actor_id AS stream, p.mode, p.key, p.value, p.ts, p.id
      FROM spans s
      JOIN prop_ops p ON p.project_id = s.project_id AND p.actor_id = s.stream_id
       AND p.ts >= s.from_ts AND p.ts < s.to_ts
     WHERE s.project_id = ${scope.projectId} AND s.stream_id = ANY(${streams}::bigint[]) AND s.owner_id IS NULL`);
  const operations = new Map<number, PropertyOperation[]>();
  for (const { stream, ts, id, mode, key, value } of rows) {
    appendTo(operations, stream, { change: { mode, key, value } as PropertyChange, ts, id });
  }
  return new Map([...operations].map(([stream, own]) => [stream, visitorProperties(own)]));
}

/** Facts, the sessions they summarise (undefined: none), and the figures they were computed from. */
type StoredFacts = {
  facts: PersonFacts;
  visits: PersonVisits | undefined;
  computedFrom: { events: number; firstSeen: number | null; lastSeen: number | null };
};

/**
 * The facts the job last computed for each of them; absent for people it has not reached. profile_facts_pkey,
 * person_risk_pkey.
 */
async function storedFactsOf(scope: Scope, people: number[]): Promise<Map<number, StoredFacts>> {
  type Row = Omit<PersonFacts, "window"> &
    StoredFacts["computedFrom"] & {
      person: number;
      windows: number[];
      sessions: number;
      source: string | null;
      context: Context;
    };
  if (people.length === 0) return new Map();
  // Visitors have no rows in person_risk.
  const [quiet, risk] =
    splitNumbers(people).profiles.length > 0
      ? [
          sql`CASE WHEN ${ALARM_IN_FORCE} THEN json_build_object('probability', r.probability, 'reason', r.reason) END`,
          sql`LEFT JOIN person_risk r ON r.project_id = f.project_id AND r.person = f.person`,
        ]
      : [sql`NULL::json`, empty];
  const shown = PEOPLE_COLUMNS.filter((column: Column) => column.from === "facts").map(
    ({ key, stored, field = key }: Column) => raw(`${stored} AS "${field}"`),
  );
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT f.person, ARRAY[days_7, events_7, days_30, events_30, days_90, events_90]::int[] AS windows,
           ${quiet} AS quiet,
           ${join(shown, ", ")}, f.is_internal AS "isInternal", event_count AS events, first_seen AS "firstSeen",
           last_seen AS "lastSeen", sessions, source,
           json_build_object(
             'country', country, 'city', city, 'device', device, 'browser', browser, 'os', os) AS context
      FROM profile_facts f ${risk}
     WHERE f.project_id = ${scope.projectId}
       AND f.person = ANY(${people}::bigint[])`);
  return new Map(
    rows.map(({ person, windows, events, firstSeen, lastSeen, sessions, source, context, ...row }) => {
      const at = (i: number) => ({ activeDays: windows[i] ?? 0, events: windows[i + 1] ?? 0 });
      return [
        person,
        {
          facts: { ...row, window: { 7: at(0), 30: at(2), 90: at(4) } },
          visits:
            source === null ? undefined : { sessions, firstContext: { referrerName: source }, lastContext: context },
          computedFrom: { events, firstSeen, lastSeen },
        },
      ];
    }),
  );
}

/** A property operation of a stream in an unclaimed span. */
export type PropertyOperation = { change: PropertyChange; ts: number; id: string };

/**
 * Folds an anonymous visitor's operations, in any order, into flat properties (docs/identity.md R11, R12). O(n log n).
 */
export function visitorProperties(operations: readonly PropertyOperation[]): JsonObject {
  const registers: Registers = {};
  for (const { change, ts, id } of operations) applyChange(registers, change, [0, ts, id]);
  const changes = operations.map(({ change, ts, id }) => ({ ...change, ts, id }));
  return shownProperties(propertiesOf(registers, new Map(), changes), registers);
}
