import { pool } from "@/lib/db/pool";
import { findPerson } from "@/lib/identity/person.queries";
import type { ProfileDetail, ProfileSummary } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import {
  identitiesOf,
  type People,
  type StoredFacts,
  sessionFactsOf,
  storedFactsOf,
  visitorPropertiesOf,
} from "./detail-reads.queries";
import { liveRows, type PersonRow, profileQuery, visitorQuery } from "./person-rows.queries";
import { type Facts, factsKey, toDetail, toSummary } from "./summary";

/** The person with this ref, by any id they are known by; null when there is none. */
export async function getProfile(scope: Scope, ref: string): Promise<ProfileDetail | null> {
  const person = await findPerson(scope, ref);
  if (!person) return null;
  const { rows } = await pool().query<PersonRow>(
    person.kind === "profile" ? profileQuery(scope, person.profileId) : visitorQuery(scope, person.streamId),
  );
  const row = rows[0];
  return row ? toDetail(row, (await detailsOf(scope, [row]))(row)) : null;
}

/** These people as they are now, in the order given; those who are no more are left out. Primary keys. */
export async function peopleByNumber(scope: Scope, people: number[]): Promise<ProfileSummary[]> {
  const live = await liveRows(scope, people);
  const rows = people.flatMap((person) => live.get(person) ?? []);
  const factsOf = await detailsOf(scope, rows);
  return rows.map((row) => toSummary(row, factsOf(row)));
}

/**
 * What the lists' rows do not hold, for a whole page in four queries. Visits are taken from the stored facts of those
 * whose facts were made from the very numbers the row shows, and read only for the rest: a person of 100,000 events has
 * thousands.
 */
export async function detailsOf(scope: Scope, page: PersonRow[]): Promise<(row: PersonRow) => Facts> {
  const people = numbersOf(page);
  const storing = storedFactsOf(scope, people);
  const [identities, properties, stored, sessions] = await Promise.all([
    identitiesOf(scope, people),
    visitorPropertiesOf(scope, people.visitors),
    storing,
    storing.then((known) => {
      const outdated = page.filter((row) => !isCurrent(row, known.get(factsKey(row.kind, row.id))));
      return outdated.length === 0 ? new Map<string, never>() : sessionFactsOf(scope, numbersOf(outdated));
    }),
  ]);
  return (row) => {
    const key = factsKey(row.kind, row.id);
    const known = stored.get(key);
    return {
      identities: identities.get(key) ?? [],
      sessions: isCurrent(row, known) ? known.visits : sessions.get(key),
      properties: row.kind === "u" ? row.props : (properties.get(row.id) ?? {}),
      stored: known?.facts,
    };
  };
}

const numbersOf = (page: PersonRow[]): People => ({
  profiles: page.filter((row) => row.kind === "u").map((row) => row.id),
  visitors: page.filter((row) => row.kind === "a").map((row) => row.id),
});

const isCurrent = (row: PersonRow, stored: StoredFacts | undefined): stored is StoredFacts =>
  stored !== undefined &&
  stored.madeFrom.events === row.events &&
  stored.madeFrom.firstSeen === row.firstSeen &&
  stored.madeFrom.lastSeen === row.lastSeen;
