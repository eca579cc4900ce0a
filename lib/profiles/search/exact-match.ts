import { anonymousRef, userRef } from "@/lib/identity/person-ref";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { ProfileSummary } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { searchPeople } from "./search.queries";

/** A few people may share an address: two accounts of one customer. */
const MAX_PEOPLE = 10;

/** The people who have exactly this id or else this e-mail; one or two lookups. */
export async function peopleNamed(
  scope: Scope,
  { email, id }: { email: string; id: string },
): Promise<ProfileSummary[]> {
  if (id !== "") {
    const person = (await getProfile(scope, userRef(id))) ?? (await getProfile(scope, anonymousRef(id)));
    return person ? [person] : [];
  }
  if (email === "") return [];
  const people = await searchPeople(scope, email, MAX_PEOPLE);
  return people.filter((person) => person.email?.toLowerCase() === email.toLowerCase());
}
