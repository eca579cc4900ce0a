import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { readSearch } from "@/lib/profiles/search/sought.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { liveList, profileMatches, visitorMatches } from "./live-list.queries";
import { materializedList } from "./materialized-list.queries";
import { tabOf } from "./selection";
import { countSelection } from "./total.queries";

/**
 * A page of people: the one way to a list, for the app, the API and live views. It takes one of two paths:
 * - The live list, newest last seen first, is read from what the engine keeps and is never behind.
 * - The materialized list serves any other order, tab or rule from profile_facts, a second or two behind.
 */
export async function listProfiles(scope: Scope, options: ListProfilesOptions): Promise<Page<ProfileSummary>> {
  const tab = tabOf(options);
  const search = await readSearch(scope, options.search);
  return needsFacts(options, tab)
    ? materializedList(scope, options, tab, search)
    : liveList(scope, options, tab, search);
}

const needsFacts = ({ sort, filter }: ListProfilesOptions, tab: Tab): boolean =>
  filter !== undefined ||
  tab === "power" ||
  tab === "quiet" ||
  (sort !== undefined && (sort.by !== "lastSeen" || sort.order !== "desc"));

/** How many people a list has; see Total. */
export async function countPeople(
  scope: Scope,
  options: Pick<ListProfilesOptions, "tab" | "identified" | "windowDays" | "filter" | "search">,
): Promise<Total> {
  return countSelection(scope, options, tabOf(options), await readSearch(scope, options.search));
}

/** How many people there are, counted one by one: O(people of the project), with a search O(matches). */
export async function countProfiles(
  scope: Scope,
  options: Pick<ListProfilesOptions, "search"> = {},
): Promise<{ identified: number; anonymous: number }> {
  const search = await readSearch(scope, options.search);
  const { rows } = await pool().query<{ identified: number; anonymous: number }>(sql`
    SELECT (SELECT count(*) FROM profiles p
             WHERE p.project_id = ${scope.projectId}
               AND p.created_at IS NOT NULL ${profileMatches(search)}) AS identified,
           (SELECT count(DISTINCT s.stream_id) FROM spans s
             WHERE s.project_id = ${scope.projectId} AND s.owner_id IS NULL AND s.last_min IS NOT NULL
               ${visitorMatches(search)}) AS anonymous`);
  return rows[0] ?? { identified: 0, anonymous: 0 };
}
