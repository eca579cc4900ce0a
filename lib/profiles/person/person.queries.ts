import { pool } from "@/lib/db/pool";
import { findPerson } from "@/lib/identity/person.queries";
import type { ProfileDetail, ProfileSummary } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { detailsOf } from "./details.queries";
import { liveRows, type PersonRow, profileQuery, visitorQuery } from "./person-rows.queries";
import { toDetail, toSummary } from "./summary";

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
