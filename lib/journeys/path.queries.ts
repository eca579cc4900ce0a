import sql from "sql-template-tag";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import type { SignUpWay } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { visitsBefore } from "@/lib/sessions/sessions.queries";
import { signUpHistoryOf } from "@/lib/sessions/visit-times.queries";
import { listEvents } from "@/lib/timeline/timeline.queries";
import type { TimelineEvent } from "@/lib/timeline/types";
import { type Path, type PathEvent, visitsWithSteps } from "./path";

/** How many of the newest visits, and of the newest events, before the sign-up are read. */
const VISITS = 6;
const EVENTS = 80;

type Facts = {
  firstSeen: number | null;
  signedUpAt: number | null;
  signUp: SignUpWay | null;
  source: string | null;
  landingPage: string | null;
};

/**
 * A person's path to their sign-up; null for people who did not sign up here: visitors and customers who predate the
 * project. Throws not_found for an unknown ref. Bounded: profile_facts_pkey, 6 sessions (sessions_actor_started_idx),
 * 80 events (events_actor_ts_idx), and person_events_pkey for the conversion.
 */
export async function pathOf(scope: Scope, who: PersonOrRef): Promise<Path | null> {
  const person = await requirePerson(scope, who);
  if (person.kind === "visitor") return null;
  const { rows } = await reading(scope).query<Facts>(sql`
    SELECT first_seen AS "firstSeen", signed_up_at AS "signedUpAt", sign_up AS "signUp", source,
           landing_path AS "landingPage"
      FROM profile_facts
     WHERE project_id = ${scope.projectId} AND person = ${person.profileId}`);
  const { firstSeen = null, signedUpAt = null, signUp = null, source = null, landingPage = null } = rows[0] ?? {};
  if (firstSeen === null || signedUpAt === null || signUp === null || signUp === "existing") return null;
  const [visits, events, arrival, conversion] = await Promise.all([
    visitsBefore(scope, person, signedUpAt, VISITS),
    listEvents(scope, person, { order: "desc", limit: EVENTS, before: signedUpAt }),
    signUpHistoryOf(scope, person),
    firstConversion(scope, person.profileId),
  ]);
  const steps = events.rows.filter((event) => event.kind === "event").map(toStep);
  return {
    firstSeen,
    source,
    landingPage,
    visits: visitsWithSteps(visits, steps),
    earlier: Math.max(0, arrival.visitsBefore - visits.length),
    lastStep: steps[0] ?? null,
    signedUpAt,
    by: signUp,
    conversion,
  };
}

const toStep = ({ id, ts, sessionId, name, path }: TimelineEvent): PathEvent => ({
  id,
  ts,
  sessionId,
  label: PAGE_VIEW_NAMES.includes(name) && path !== null ? path : name,
});

async function firstConversion(scope: Scope, profileId: number): Promise<Path["conversion"]> {
  const names = conversionNames(await eventDisplays(scope));
  if (names.length === 0) return null;
  const { rows } = await reading(scope).query<{ name: string; at: number }>(sql`
    SELECT name, first_at AS at
      FROM person_events
     WHERE project_id = ${scope.projectId} AND person = ${profileId} AND name = ANY(${names}::text[])
     ORDER BY first_at, name
     LIMIT 1`);
  return rows[0] ?? null;
}
