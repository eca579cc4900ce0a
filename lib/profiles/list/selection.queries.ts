import sql from "sql-template-tag";
import { normalizeSearchText, type SearchPatterns, searchPatterns } from "@/lib/db/search-text.queries";
import type { Internal } from "@/lib/identity/own-team.queries";
import { visitorNumber } from "@/lib/identity/person-ref";
import { hasExactId } from "@/lib/identity/person-ref.queries";
import type { PeopleFilter } from "@/lib/profiles/filter";
import type { ListProfilesOptions, Tab, WindowDays } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/**
 * The people to select, by facts: a tab, a rule, a search. `now` in ms. `internal`: without the own team by default.
 */
export type Selection = {
  tab: Tab;
  windowDays: WindowDays;
  filter?: PeopleFilter;
  search?: Search;
  internal?: Internal;
  now: number;
};

/** A pattern for search_text, and the people found by a complete anonymous id, by number. */
export type Search = { text: SearchPatterns; people: number[] };

/** The options of a list that select people. */
export type SelectionOptions = Pick<
  ListProfilesOptions,
  "tab" | "identified" | "windowDays" | "filter" | "search" | "withInternal"
>;

export async function readSelection(scope: Scope, options: SelectionOptions): Promise<Selection> {
  const { identified, withInternal, windowDays = 30, filter } = options;
  const tab = options.tab ?? (identified === undefined ? "everyone" : identified ? "identified" : "anonymous");
  return {
    tab,
    internal: tab === "internal" ? "only" : withInternal ? "with" : "without",
    windowDays,
    filter,
    search: await readSearch(scope, options.search),
    now: Date.now(),
  };
}

/**
 * Parses a search; see searchPatterns. A complete anonymous id finds its visitor and everyone who owns a span of it
 * (identities_ext_id_key).
 */
async function readSearch(scope: Scope, typed: string | undefined): Promise<Search | undefined> {
  const text = normalizeSearchText(typed ?? "");
  if (text === "") return undefined;
  const { rows } = await reading(scope).query<{ stream: number; profiles: number[] }>(sql`
    SELECT i.id AS stream, ARRAY(
             SELECT o.profile_id
               FROM spans s JOIN identities o ON o.project_id = ${scope.projectId} AND o.id = s.owner_id
              WHERE s.project_id = ${scope.projectId} AND s.stream_id = i.id AND o.profile_id IS NOT NULL) AS profiles
      FROM identities i WHERE ${hasExactId(scope, "a", text)}`);
  const people = rows.flatMap(({ stream, profiles }) => [...profiles, visitorNumber(stream)]);
  return { text: searchPatterns(text), people: [...people, ...(await userById(scope, text))] };
}

/** With masked sight there is no text to search, which otherwise finds user ids; so they are looked up. */
async function userById(scope: Scope, id: string): Promise<number[]> {
  if (!scope.sight.masked) return [];
  const { rows } = await reading(scope).query<{ profile: number }>(sql`
    SELECT i.profile_id AS profile FROM identities i WHERE ${hasExactId(scope, "u", id)} AND i.profile_id IS NOT NULL`);
  return rows.map(({ profile }) => profile);
}
