import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { ProfileSummary } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { listOptions } from "@/lib/segments/list-options";
import { membersRule } from "@/lib/segments/named-rules";
import type { ChosenPeople } from "./bulk";

/** The most people that can be chosen one by one. */
export const MAX_CHOSEN = 200;

/**
 * The people that a URL selects: chosen ones (several `ref`s), or everybody on the list with these parameters (tab,
 * window, filter, search, internal), within a segment if there is one. An unusable filter is an error, never everybody.
 */
export async function peopleOfQuery(scope: Scope, query: URLSearchParams): Promise<ChosenPeople> {
  const refs = query.getAll("ref");
  if (refs.length > MAX_CHOSEN) throw new AppError("unprocessable", `At most ${MAX_CHOSEN} people can be chosen.`);
  if (refs.length > 0) return { refs };
  const given = (name: string) => query.get(name) || undefined;
  const segment = given("segment");
  if (segment !== undefined && !isUuid(segment)) throw new AppError("not_found", "There is no such segment.");
  const params = { tab: given("tab"), window: given("window"), filter: given("filter"), internal: given("internal") };
  const options = await listOptions(scope, params, segment === undefined ? undefined : membersRule(segment));
  return { list: { ...options, search: given("search") } };
}

/** The text to type as confirmation. */
export const confirmationPhrase = (people: number): string => `erase ${people} user${people === 1 ? "" : "s"}`;

/** How many people the preview names. */
const NAMED = 10;

/** The first NAMED people of a choice, in the list's order. */
export async function firstPeopleOf(scope: Scope, choice: ChosenPeople): Promise<ProfileSummary[]> {
  if ("list" in choice) return (await listProfiles(scope, { ...choice.list, limit: NAMED })).rows;
  const found = await Promise.all(choice.refs.slice(0, NAMED).map((ref) => getProfile(scope, ref)));
  return found.filter((person) => person !== null);
}
