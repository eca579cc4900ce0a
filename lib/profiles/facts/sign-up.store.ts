import sql from "sql-template-tag";
import { timestamps } from "@/lib/db/binary-arrays";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { lanesIn } from "@/lib/identity/lanes.queries";
import { splitNumbers } from "@/lib/identity/person-ref";
import type { Json } from "@/lib/json";
import type { SignUpWay } from "@/lib/profiles/types";
import { type DetectedSignUp, detectSignUp, SIGN_UP_EVENTS, SIGN_UP_PROPERTIES } from "./sign-up";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A project's settings that decide sign-ups; `firstDay` as detectSignUp takes it. */
export type SignUpRule = { properties: string[]; events: string[]; firstDay: number | null };

/**
 * How a project's sign-ups are recognised. projects_pkey, its event names (project_names_pkey, as many as its ceiling
 * allows), and the ends of profile_facts_first_seen_idx.
 */
export async function signUpRule(db: Database, projectId: string): Promise<SignUpRule> {
  type Row = { property: string | null; event: string | null; names: string[]; firstAt: number | null };
  const { rows } = await db.query<Row>(
    prepared(sql`
    SELECT p.sign_up_property AS property, p.sign_up_event AS event,
           ARRAY(
             SELECT n.name FROM project_names n
              WHERE n.project_id = ${projectId} AND n.kind = 'event'
                AND regexp_replace(lower(n.name), '[^a-z0-9]', '', 'g') = ANY(${SIGN_UP_EVENTS}::text[])
              ORDER BY n.name) AS names,
           least((SELECT min(f.first_seen) FROM profile_facts f WHERE f.project_id = ${projectId} AND f.anonymous),
                 (SELECT min(f.first_seen) FROM profile_facts f WHERE f.project_id = ${projectId} AND NOT f.anonymous))
             AS "firstAt"
      FROM projects p
     WHERE p.id = ${projectId}`),
  );
  const { property = null, event = null, names = [], firstAt = null } = rows[0] ?? {};
  return {
    properties: property === null ? SIGN_UP_PROPERTIES : [property],
    events: event === null ? names : [event],
    firstDay: firstAt === null ? null : Math.floor(firstAt / DAY_MS) * DAY_MS,
  };
}

/**
 * Computes the sign-ups of these people (profile_facts.person) and writes those that changed. Call it after
 * writePersonHistory, whose counts it reads. Primary keys of profile_facts, profiles and person_events;
 * identities_profile_id_idx and spans_owner_id_idx for what they did before they were identified.
 */
export async function writeSignUps(
  tx: Tx,
  projectId: string,
  people: readonly number[],
  rule: SignUpRule,
  now: number,
): Promise<void> {
  type Row = {
    person: number;
    dates: Json[];
    eventAt: number | null;
    knownSince: number;
    anonymousSince: number | null;
    signedUpAt: number | null;
    signUp: SignUpWay | null;
    storedSince: number | null;
    visits: number | null;
    step: string | null;
  };
  const { rows } = await tx.query<Row>(
    prepared(sql`
    SELECT f.person, p.created_at AS "knownSince", f.known_since AS "storedSince", f.signed_up_at AS "signedUpAt",
           f.sign_up AS "signUp", f.visits_to_sign_up AS visits, f.step_before_sign_up AS step,
           (SELECT coalesce(jsonb_agg(p.props -> k.key ORDER BY k.place), '[]')
              FROM unnest(${rule.properties}::text[]) WITH ORDINALITY k(key, place)
             WHERE p.props ? k.key) AS dates,
           (SELECT min(x.first_at)
              FROM person_events x
             WHERE x.project_id = ${projectId} AND x.person = f.person
               AND x.name = ANY(${rule.events}::text[])) AS "eventAt",
           (SELECT min(s.first_seen)
              FROM identities i JOIN spans s ON s.project_id = ${projectId} AND s.owner_id = i.id
             WHERE i.project_id = ${projectId} AND i.profile_id = f.person) AS "anonymousSince"
      FROM profile_facts f
      JOIN profiles p ON p.project_id = ${projectId} AND p.id = f.person AND p.created_at IS NOT NULL
     WHERE f.project_id = ${projectId} AND f.person = ANY(${splitNumbers(people).profiles}::bigint[])
     ORDER BY f.person`),
  );
  const decided = rows.map((row) => ({ ...row, current: detectSignUp(row, rule.firstDay, now) }));
  const ways = await waysToSignUp(tx, projectId, decided);
  const changed = decided
    .map((row) => ({ ...row, way: ways.get(row.person) ?? { visits: null, step: null } }))
    .filter(
      ({ current, way, ...stored }) =>
        current.at !== stored.signedUpAt ||
        current.by !== stored.signUp ||
        stored.storedSince !== stored.knownSince ||
        way.visits !== stored.visits ||
        way.step !== stored.step,
    );
  if (changed.length === 0) return;
  await tx.query(sql`
    UPDATE profile_facts f
       SET (signed_up_at, sign_up, known_since, visits_to_sign_up, step_before_sign_up)
         = (q.at, q.by, q.since, q.visits, q.step)
      FROM unnest(${changed.map((row) => row.person)}::bigint[],
                  ${timestamps(changed.map((row) => row.current.at))}::timestamptz[],
                  ${changed.map((row) => row.current.by)}::text[],
                  ${timestamps(changed.map((row) => row.knownSince))}::timestamptz[],
                  ${changed.map((row) => row.way.visits)}::int[],
                  ${changed.map((row) => row.way.step)}::text[]) q(person, at, by, since, visits, step)
     WHERE f.project_id = ${projectId} AND f.person = q.person`);
}

type Way = { visits: number | null; step: string | null };
const MAX_STEP_CHARS = 255;

/**
 * How many sessions began before each sign-up, and the last page or event before it; null for customers who predate the
 * project. sessions_actor_started_idx, and one step back in events_actor_ts_idx per lane.
 */
async function waysToSignUp(
  tx: Tx,
  projectId: string,
  people: readonly { person: number; current: DetectedSignUp }[],
): Promise<Map<number, Way>> {
  const signedUp = people.filter(({ current }) => current.at !== null && current.by !== "existing");
  if (signedUp.length === 0) return new Map();
  const { rows } = await tx.query<Way & { person: number }>(sql`
    WITH wanted AS MATERIALIZED (
      SELECT * FROM unnest(${signedUp.map(({ person }) => person)}::bigint[],
                           ${timestamps(signedUp.map(({ current }) => current.at))}::timestamptz[]) q(person, at)),
    lanes AS MATERIALIZED (
      SELECT l.*, w.at FROM (${lanesIn({ projectId }, sql`wanted`)}) l JOIN wanted w ON w.person = l.person)
    SELECT w.person,
           (SELECT count(DISTINCT x.session_id)
              FROM lanes l
              JOIN sessions x ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
               AND x.started_at >= l.from_ts AND x.started_at < least(l.to_ts, l.at)
             WHERE l.person = w.person)::int AS visits,
           (SELECT left(e.label, ${MAX_STEP_CHARS}::int)
              FROM lanes l
             CROSS JOIN LATERAL (
               SELECT e.ts, e.id,
                      CASE WHEN e.name = ANY(${PAGE_VIEW_NAMES}::text[]) THEN coalesce(e.path, e.name)
                           ELSE e.name END AS label
                 FROM events e
                WHERE e.project_id = ${projectId} AND e.actor_id = l.actor_id
                  AND e.ts >= l.from_ts AND e.ts < least(l.to_ts, l.at) AND e.kind = 'event'
                ORDER BY e.ts DESC, e.id DESC
                LIMIT 1) e
             WHERE l.person = w.person
             ORDER BY e.ts DESC, e.id DESC
             LIMIT 1) AS step
      FROM wanted w`);
  return new Map(rows.map(({ person, ...way }) => [person, way]));
}

/** A sweep over everybody: the rule it began with, and the last person it has done (0: none yet; null: everybody). */
export type SignUpSweep = { rule: string; doneTo: number | null };

/** Null for a project that was never swept. Primary key. */
export async function signUpSweep(db: Database, projectId: string): Promise<SignUpSweep | null> {
  const { rows } = await db.query<SignUpSweep>(sql`
    SELECT rule, done_to AS "doneTo" FROM sign_up_sweeps WHERE project_id = ${projectId}`);
  return rows[0] ?? null;
}

export async function recordSignUpSweep(
  db: Database,
  projectId: string,
  rule: string,
  doneTo: number | null,
): Promise<void> {
  await db.query(sql`
    INSERT INTO sign_up_sweeps (project_id, rule, done_to)
    VALUES (${projectId}, ${rule}, ${doneTo})
    ON CONFLICT (project_id) DO UPDATE SET (rule, done_to) = (excluded.rule, excluded.done_to)`);
}

/** The next `limit` identified people after `after`, by number. profile_facts_pkey. */
export async function nextPeopleForSignUps(
  db: Database,
  projectId: string,
  after: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT person FROM profile_facts
     WHERE project_id = ${projectId} AND person > ${after} ORDER BY person LIMIT ${limit}`);
  return rows.map((row) => row.person);
}
