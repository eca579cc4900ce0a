import sql, { empty, join, raw } from "sql-template-tag";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { Context } from "@/lib/events/context";
import { contextOrder } from "@/lib/events/context.queries";
import type { PropertyChange } from "@/lib/events/property-change";
import { applyChange, propertiesOf, type Registers } from "@/lib/identity/fold";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { shownProperties } from "@/lib/identity/limits";
import { findPerson } from "@/lib/identity/person.queries";
import { joinNumbers, type PeopleIds, splitNumbers } from "@/lib/identity/person-ref";
import { kindSql } from "@/lib/identity/person-ref.queries";
import type { Json, JsonObject } from "@/lib/json";
import type { PersonFacts, ProfileDetail, ProfileSummary } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import { ALARM_IN_FORCE } from "@/lib/risk/alarm.queries";
import type { Reader, Scope } from "@/lib/scope";
import { appendTo, hasNobody, identitiesOfPeople, idsAmong, idsOfPeople, type PersonKey } from "./ids.queries";
import {
  factsKey,
  keyOfNumber,
  liveRows,
  type PersonDetails,
  type PersonRow,
  type PersonVisits,
  profileQuery,
  toProfileDetail,
  toProfileSummary,
  visitorQuery,
} from "./person-rows.queries";

/** The person with this ref, by any id they are known by; null if there is none. */
export async function getProfile(scope: Scope, ref: string): Promise<ProfileDetail | null> {
  const person = await findPerson(scope, ref);
  if (!person) return null;
  const { rows } = await reading(scope).query<PersonRow>(
    person.kind === "profile" ? profileQuery(scope, person.profileId) : visitorQuery(scope, person.streamId),
  );
  const row = rows[0];
  if (!row) return null;
  const people = idsOfRows([row]);
  const key = factsKey(row.kind, row.id);
  const found = identitiesOfPeople(scope, people).then((identities) => identities.get(key) ?? []);
  const ids = found.then((identities) => new Map([[key, idsAmong(identities)]]));
  const factsOf = await detailsOf(scope, people, [row], ids);
  return toProfileDetail(row, factsOf(row), await found);
}

/** These people as they are now, in the given order, without those who no longer exist. Primary keys. */
export async function peopleByNumber(scope: Scope, people: number[]): Promise<ProfileSummary[]> {
  const live = await summariesByNumber(scope, people);
  return people.flatMap((person) => live.get(person) ?? []);
}

/** These people by number as they are now, without those who no longer exist. All queries run at the same time. */
export async function summariesByNumber(scope: Scope, numbers: number[]): Promise<Map<number, ProfileSummary>> {
  const live = liveRows(scope, numbers);
  const people = splitNumbers(numbers);
  const factsOf = await detailsOf(
    scope,
    people,
    live.then((rows) => [...rows.values()]),
  );
  return new Map([...(await live)].map(([number, row]) => [number, toProfileSummary(row, factsOf(row))]));
}

/** A page's rows with all values that lists show. */
export async function summariesOf(scope: Scope, page: PersonRow[]): Promise<ProfileSummary[]> {
  const factsOf = await detailsOf(scope, idsOfRows(page), page);
  return page.map((row) => toProfileSummary(row, factsOf(row)));
}

/**
 * What the rows of a page lack to be shown, in four queries for the whole page. Sessions come from the stored facts if
 * those match the row's current figures and are only read otherwise, as a person with 100,000 events has thousands.
 */
async function detailsOf(
  scope: Scope,
  people: PeopleIds,
  page: PersonRow[] | Promise<PersonRow[]>,
  idsFound = idsOfPeople(scope, people),
): Promise<(row: PersonRow) => PersonDetails> {
  const readingFacts = storedFactsOf(scope, people);
  const [ids, properties, stored, sessions] = await Promise.all([
    idsFound,
    visitorPropertiesOf(scope, people.visitors),
    readingFacts,
    Promise.all([readingFacts, page]).then(([known, rows]) => {
      const outdated = rows.filter((row) => !isCurrent(row, known.get(factsKey(row.kind, row.id))));
      return outdated.length === 0 ? new Map<string, never>() : personVisitsOf(scope, idsOfRows(outdated));
    }),
  ]);
  return (row) => {
    const key = factsKey(row.kind, row.id);
    const known = stored.get(key);
    return {
      ids: ids.get(key),
      sessions: isCurrent(row, known) ? known.visits : sessions.get(key),
      properties: row.kind === "u" ? row.props : (properties.get(row.id) ?? {}),
      stored: known?.facts,
    };
  };
}

const idsOfRows = (page: PersonRow[]): PeopleIds => ({
  profiles: page.filter((row) => row.kind === "u").map((row) => row.id),
  visitors: page.filter((row) => row.kind === "a").map((row) => row.id),
});

const isCurrent = (row: PersonRow, stored: StoredFacts | undefined): stored is StoredFacts =>
  stored !== undefined &&
  stored.computedFrom.events === row.events &&
  stored.computedFrom.firstSeen === row.firstSeen &&
  stored.computedFrom.lastSeen === row.lastSeen;

/**
 * How many sessions each of them had (distinct session ids over their lanes, docs/identity.md R9), and the context of
 * the first and the newest; absent for people without any. Uses sessions_actor_started_idx, once per lane; O(session
 * rows of the page's people).
 */
export async function personVisitsOf(scope: Scope, people: PeopleIds): Promise<Map<string, PersonVisits>> {
  const { rows } = await reading(scope).query<PersonKey & PersonVisits>(sql`
    WITH people AS MATERIALIZED (SELECT unnest(${joinNumbers(people)}::bigint[]) AS person),
    lanes AS (${lanesIn(scope, sql`people`)})
    SELECT ${kindSql(sql`l.person`)} AS kind, abs(l.person) AS person,
           count(DISTINCT x.session_id) AS sessions,
           (array_agg(x.context ORDER BY ${contextOrder(sql`x`)}))[1] AS "firstContext",
           (array_agg(x.context ORDER BY x.started_at DESC, x.started_id DESC))[1] AS "lastContext"
      FROM lanes l JOIN sessions x
        ON x.project_id = ${scope.projectId} AND x.actor_id = l.actor_id
       AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
     GROUP BY l.person`);
  const facts = new Map<string, PersonVisits>();
  for (const { kind, person, ...row } of rows) facts.set(factsKey(kind, person), row);
  return facts;
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
export type StoredFacts = {
  facts: PersonFacts;
  visits: PersonVisits | undefined;
  computedFrom: { events: number; firstSeen: number | null; lastSeen: number | null };
};

/**
 * The facts the job last computed for each of them; absent for people it has not reached. profile_facts_pkey,
 * person_risk_pkey.
 */
export async function storedFactsOf(scope: Scope, people: PeopleIds): Promise<Map<string, StoredFacts>> {
  type Row = Omit<PersonFacts, "window"> &
    StoredFacts["computedFrom"] & {
      person: number;
      windows: number[];
      sessions: number;
      source: string | null;
      context: Context;
    };
  if (hasNobody(people)) return new Map();
  // Visitors have no rows in person_risk.
  const [quiet, risk] =
    people.profiles.length > 0
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
       AND f.person = ANY(${joinNumbers(people)}::bigint[])`);
  return new Map(
    rows.map(({ person, windows, events, firstSeen, lastSeen, sessions, source, context, ...row }) => {
      const at = (i: number) => ({ activeDays: windows[i] ?? 0, events: windows[i + 1] ?? 0 });
      return [
        keyOfNumber(person),
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
