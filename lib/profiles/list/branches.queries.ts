import sql, { empty, join, type Sql } from "sql-template-tag";
import { textFound } from "@/lib/db/search-text.queries";
import { COUNTS, countsAmongAll } from "@/lib/identity/own-team.queries";
import { POWER_SHARE_OF_DAYS, type Tab, type WindowDays } from "@/lib/profiles/types";
import { IS_QUIET } from "@/lib/risk/alarm.queries";
import type { Scope } from "@/lib/scope";
import type { Lookup, PropertiesAt } from "./filter";
import type { FactsSearch, Selection } from "./selection";

type ProjectScope = Pick<Scope, "projectId">;

/** The columns of a window; all over `f`. */
export const WINDOWS: { [Days in WindowDays]: { days: Sql; events: Sql } } = {
  7: { days: sql`f.days_7`, events: sql`f.events_7` },
  30: { days: sql`f.days_30`, events: sql`f.events_30` },
  90: { days: sql`f.days_90`, events: sql`f.events_90` },
};

/** A set of up to this many people is small: they are looked up one by one and sorted. */
const FEW_PEOPLE = 10_000;
/** How many people of a list are probed one by one before a set is materialized at all; about 10 ms. */
export const MAX_PROBED = 3_000;

/** The set, cut off at a size that shows it is not small. */
export const fewSql = (within: Sql): Sql =>
  sql`few_people AS MATERIALIZED (SELECT person FROM ${within} LIMIT ${FEW_PEOPLE + 1})`;
export const IS_FEW = sql`(SELECT count(*) <= ${FEW_PEOPLE} FROM few_people)`;

/**
 * Profiles without their facts, for lists without a rule that are sorted by a property: reading all of them is then
 * twice as fast.
 */
export const BARE_PROFILES = sql`FROM profiles p
  CROSS JOIN LATERAL (SELECT p.project_id, p.id AS person, false AS anonymous, '{}'::jsonb AS props
      WHERE p.created_at IS NOT NULL) f`;

/** Tabs that only depend on a person's number; null for the others. */
export const SIDES: { [Of in Tab]: Sql | null } = {
  everyone: sql`true`,
  identified: sql`person > 0`,
  anonymous: sql`person < 0`,
  power: null,
  quiet: null,
  internal: null,
};

/**
 * One half of a list, profiles or visitors. `from` is joined to `profile_facts f`; `who` selects the tab's people,
 * `where` those who match the rule and the search. `reads`: whether the query stops after some rows or passes over
 * everybody, who are left out of it differently (internal.queries).
 */
export type Branch = {
  anonymous: boolean;
  from: Sql;
  who: (scope: ProjectScope, reads?: "some" | "everybody") => Sql;
  where: Sql;
};

export function branchesOf(selection: Selection, needsProps: boolean, sets: Lookup): Branch[] {
  const { tab, filter, search } = selection;
  const joinsProfiles = needsProps || filter?.readsProps === true || search !== undefined;
  const branch = (anonymous: boolean, at: PropertiesAt, from: Sql): Branch => ({
    anonymous,
    from,
    who: (scope, reads = "some") =>
      join(
        [
          sql`f.project_id = ${scope.projectId} ${sideOf(tab, anonymous)}`,
          ...tabSql(selection),
          ...internalSql(scope, selection, reads),
        ],
        " AND ",
      ),
    where: join(
      [
        sql`true`,
        ...(filter ? [filter.where(at)] : []),
        ...(search ? [anonymous ? visitorFound(search) : profileFound(search)] : []),
      ],
      " AND ",
    ),
  });
  const profiles = branch(
    false,
    { props: sql`p.props`, sparse: false, sets },
    joinsProfiles ? sql`JOIN profiles p ON p.project_id = f.project_id AND p.id = f.person` : empty,
  );
  const visitors = branch(
    true,
    { props: sql`f.props`, sparse: true, sets },
    needsProps ? sql`LEFT JOIN profiles p ON false` : empty,
  );
  if (tab === "identified" || tab === "quiet") return [profiles];
  return tab === "anonymous" ? [visitors] : [profiles, visitors];
}

/** People going quiet have a row in person_risk, so none is a visitor: testing for that too would read everybody. */
const sideOf = (tab: Selection["tab"], anonymous: boolean): Sql =>
  tab === "quiet" ? empty : sql`AND f.anonymous = ${anonymous}`;

function internalSql(scope: ProjectScope, { internal = "without" }: Selection, reads: "some" | "everybody"): Sql[] {
  if (internal === "with") return [];
  if (internal === "only") return [sql`f.is_internal`];
  return [reads === "some" ? COUNTS : countsAmongAll(scope.projectId, sql`f.person`)];
}

function tabSql({ tab, windowDays, now }: Selection): Sql[] {
  if (tab === "quiet") return [IS_QUIET];
  if (tab !== "power") return [];
  const { days } = WINDOWS[windowDays];
  // Days also pass for people the facts job has not reached since: a window they were not seen in makes nobody a power
  // user.
  const since = new Date(now - windowDays * 86_400_000).toISOString();
  return [
    sql`${days} > 0 AND ${days} >= ${Math.ceil(windowDays * POWER_SHARE_OF_DAYS)}
      AND f.last_seen >= ${since}::timestamptz`,
  ];
}

const profileFound = ({ text, people }: FactsSearch): Sql =>
  sql`(${textFound(sql`p.search_text`, text)} OR p.id = ANY(${people}::bigint[]))`;
const visitorFound = ({ text, people }: FactsSearch): Sql =>
  sql`(${textFound(sql`f.search_text`, text)} OR f.person = ANY(${people}::bigint[]))`;
