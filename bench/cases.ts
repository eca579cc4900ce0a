import type { Sql } from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { findPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { maintainColumns } from "@/lib/jobs/columns";
import { countPeople, listProfiles, readSelection } from "@/lib/profiles/list/list.queries";
import { seenQuery, seenSearchQuery } from "@/lib/profiles/list/live-list.queries";
import { peopleQuery, type Selection } from "@/lib/profiles/list/people.queries";
import { listOrder, sortedColumnId } from "@/lib/profiles/list/sorted-columns.store";
import { type ListProfilesOptions, SORT_COLUMNS, TEXT_SORTS } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { decodeRule } from "@/lib/segments/decode-rule";
import { parseSort } from "@/lib/segments/list-options";
import type { Rule } from "@/lib/segments/rule";
import { eventsQuery, listEvents } from "@/lib/timeline/timeline.queries";
import { adoptionCases } from "./adoption-cases";
import type { Case, IsWanted } from "./case";
import { compareCases } from "./compare-cases";
import { HEAVY } from "./data";
import { lifecycleCases } from "./lifecycle-cases";
import { overviewCases } from "./overview-cases";
import { peopleCases } from "./people-cases";

const PAGE = 50;
const DEEP_PAGES = 50;
const LIST_MS = 50;
const BEHAVIOUR_MS = 500;
const TIMELINE_MS = 10;

/** Cases as parameters of the list's URL. `toReachMs` defaults to that of a list. */
type Address = { tab?: ListProfilesOptions["tab"]; sort?: string; search?: string; filter?: string };
type Wanted = [name: string, what: string, address: Address, toReachMs?: number | null];

/** A column that only its own case sorts by; no job materializes it during a benchmark. */
const UNKEPT = "p:trial";
const KEPT = [...TEXT_SORTS, "p:seats", "p:company"];
const ORDERS: readonly string[] = [...KEPT, UNKEPT];

const LISTS: readonly Wanted[] = [
  ["list", "newest last seen first", {}],
  ["tab-identified", "tab Identified", { tab: "identified" }],
  ["tab-anonymous", "tab Anonymous", { tab: "anonymous" }],
  ["tab-power", "tab Power users", { tab: "power" }],
  ["tab-quiet", "tab Going quiet", { tab: "quiet" }],
  ...SORT_COLUMNS.flatMap((by) =>
    ([`-${by}`, by] as const).map(
      (sort): Wanted => [
        `sort-${by}-${sort === by ? "asc" : "desc"}`,
        `sorted by ${by}, ${sort === by ? "ascending" : "descending"}`,
        { sort },
      ],
    ),
  ),
  ["sort-property-desc", "sorted by a property, descending", { sort: "-p:seats" }],
  ["sort-property-asc", "sorted by a property, ascending", { sort: "p:company" }],
  ["sort-property-unkept", "sorted by a property for the first time (reads everybody)", { sort: `-${UNKEPT}` }, null],
  [
    "sort-property-filter",
    "sorted by a property, one in 35 matches two others",
    { sort: "p:seats", filter: "and(prop(plan,text,oneOf,enterprise),prop(trial,boolean,true))" },
  ],
  ["search-rare", "search “person4242” (few have it)", { search: "person4242" }],
  ["search-fragment", "search “opper 123” (one in 7,000 has it)", { search: "opper 123" }],
  ["search-middling", "search “company 77” (one in 450 has it)", { search: "company 77" }],
  ["search-common", "search “radia” (one in 10 has it)", { search: "radia" }],
  [
    "two-properties",
    "two properties, one in 35 has both",
    { filter: "and(prop(plan,text,oneOf,enterprise),prop(trial,boolean,true))" },
  ],
  [
    "two-properties-rare",
    "two properties, a hundred people have both",
    { filter: "and(prop(plan,text,oneOf,enterprise),prop(company,text,oneOf,Company 77))" },
  ],
  [
    "number-and-country",
    "a property over a number, and a country",
    { filter: "and(prop(seats,number,ge,45),country(oneOf,DE))" },
  ],
];

/** Behaviour cases; "export" is one event in seven, "screen_view" three in seven. */
const BEHAVIOURS: readonly Wanted[] = [
  ["did-14-days", "did export in the last 14 days", { filter: "and(did(export,atLeast,1,last(14)))" }],
  [
    "did-14-days-oldest-first",
    "the same, longest unseen first (who match are at the far end)",
    { filter: "and(did(export,atLeast,1,last(14)))", sort: "lastSeen" },
  ],
  [
    "did-not-14-days",
    "did not export in the last 14 days, on a plan",
    { filter: "and(prop(plan,text,oneOf,enterprise),did(export,exactly,0,last(14)))" },
  ],
  ["did-3-times-90-days", "did export 3 times in the last 90 days", { filter: "and(did(export,atLeast,3,last(90)))" }],
  ["did-ever", "did export ever", { filter: "and(did(export,atLeast,1,ever))" }],
  [
    "did-ever-commonest",
    "did view a page ever (the commonest event)",
    { filter: "and(did(screen_view,atLeast,1,ever))" },
  ],
  ["did-not-ever-commonest", "never viewed a page", { filter: "and(did(screen_view,exactly,0,ever))" }],
  ["did-100-times-ever", "did view a page 100 times ever", { filter: "and(did(screen_view,atLeast,100,ever))" }],
  [
    "first-did-30-days",
    "did export for the first time in the last 30 days",
    { filter: "and(firstDid(export,last(30)))" },
  ],
  [
    "did-12-times-14-days",
    "did view a page 12 times in the last 14 days (counts own events)",
    { filter: "and(did(screen_view,atLeast,12,last(14)))" },
  ],
  [
    "did-with-property-14-days",
    "did export with n = 7 in the last 14 days (reads events)",
    { filter: "and(did(export,atLeast,1,last(14),prop(n,number,eq,7)))" },
  ],
];

/**
 * The cases of a project that are wanted, and nothing prepared for others: materialized orders take minutes among a
 * million people, and so do fifty pages to a deep one.
 */
export async function casesOf(scope: Scope<"manage">, isWanted: IsWanted): Promise<Case[]> {
  const lists = LISTS.filter(([name]) => isWanted(name));
  if (lists.some(([, , { sort }]) => ORDERS.includes(sort?.replace(/^-/, "") ?? ""))) await keepOrders(scope);
  const cases: Case[] = [];
  for (const [name, what, address, toReachMs = LIST_MS] of lists)
    cases.push(await listCase(scope, { name, what, toReachMs }, address));
  for (const [name, what, address] of BEHAVIOURS.filter(([name]) => isWanted(name)))
    cases.push(await listCase(scope, { name, what, toReachMs: BEHAVIOUR_MS }, address, true));
  for (const sort of [undefined, "-events"]) {
    const name = `page-${DEEP_PAGES}${sort ?? ""}`;
    const what = `page ${DEEP_PAGES}, ${sort ? "most events" : "newest"} first`;
    if (isWanted(name))
      cases.push(await listCase(scope, { name, what, toReachMs: LIST_MS }, { sort }, false, DEEP_PAGES));
  }
  for (const page of [1, 100]) if (isWanted(`timeline-page-${page}`)) cases.push(await timelineCase(scope, page));
  const others = [
    ...overviewCases(scope),
    ...adoptionCases(scope),
    ...peopleCases(scope),
    ...lifecycleCases(scope),
    ...(await compareCases(scope)),
  ];
  return [...cases, ...others.filter(({ name }) => isWanted(name))];
}

/** Materializes the sorted columns as the job does; takes minutes for the large project, once. */
async function keepOrders(scope: Scope): Promise<void> {
  await pool().query("DELETE FROM sorted_columns WHERE project_id = $1 AND key = $2", [scope.projectId, UNKEPT]);
  for (const key of KEPT) await sortedColumnId(scope, key, Date.now());
  while (await maintainColumns(pool(), Date.now(), scope.projectId));
  await pool().query("VACUUM ANALYZE profile_values");
}

type Named = Pick<Case, "name" | "what" | "toReachMs">;

async function listCase(scope: Scope, named: Named, address: Address, counts = false, page = 1): Promise<Case> {
  const rule = address.filter === undefined ? undefined : (decodeRule(address.filter) as Rule);
  const optionsNow = async (): Promise<Omit<ListProfilesOptions, "limit">> => ({
    tab: address.tab,
    search: address.search,
    sort: address.sort === undefined ? undefined : (parseSort(address.sort) ?? undefined),
    filter: rule && (await compileRule(scope, rule)),
  });
  let cursor: string | undefined;
  for (let at = 1; at < page; at++)
    cursor = (await listProfiles(scope, { ...(await optionsNow()), limit: PAGE, cursor })).next ?? undefined;
  const words = Object.entries({ ...address, cursor }).filter(([, value]) => value !== undefined) as [string, string][];
  return {
    ...named,
    path: `/users?${new URLSearchParams(words)}`,
    marker: /\/users\/[ua]%3A/,
    run: async () => listProfiles(scope, { ...(await optionsNow()), limit: PAGE, cursor }),
    statement: async () => statementOf(scope, await optionsNow()),
    total: counts ? async () => countPeople(scope, await optionsNow()) : undefined,
  };
}

/** The statement of the first page; for the live list only the half that reads profiles. */
async function statementOf(scope: Scope, options: Omit<ListProfilesOptions, "limit">): Promise<Sql> {
  const { tab, search } = await readSelection(scope, options);
  if (!options.filter && !options.sort && tab !== "power" && tab !== "quiet")
    return search ? seenSearchQuery(scope, { search }, undefined, PAGE + 1) : seenQuery(scope, {}, undefined, PAGE + 1);
  const which: Selection = { tab, windowDays: 30, filter: options.filter, now: Date.now() };
  const order = await listOrder(scope, options.sort, which);
  return peopleQuery(scope, which, order, { from: undefined, tail: false, limit: PAGE + 1 });
}

async function timelineCase(scope: Scope, page: number): Promise<Case> {
  const ref = `u:${HEAVY.extId}`;
  let cursor: string | undefined;
  let until: number | undefined;
  for (let at = 1; at < page; at++) {
    const read = await listEvents(scope, ref, { order: "desc", limit: PAGE, ...(cursor ? { cursor } : {}) });
    cursor = read.next ?? undefined;
    until = read.rows.at(-1)?.ts;
  }
  const person = (await findPerson(scope, ref)) as Person;
  return {
    name: `timeline-page-${page}`,
    what: `timeline of a person with ${HEAVY.events.toLocaleString("en")} events, page ${page}`,
    toReachMs: TIMELINE_MS,
    // A timeline's URL names a time, not a page number.
    path: `/users/${encodeURIComponent(ref)}${until === undefined ? "" : `?until=${until}`}`,
    marker: /data-event="/,
    run: () => listEvents(scope, ref, { order: "desc", limit: PAGE, ...(cursor ? { cursor } : {}) }),
    statement: async () =>
      eventsQuery(scope, person, {
        order: "desc",
        limit: PAGE + 1,
        kinds: ["event", "identify"],
        after: Number.NEGATIVE_INFINITY,
        before: Number.POSITIVE_INFINITY,
        from: undefined,
      }),
  };
}

/** The plan of a case's statement and the indexes it uses. */
export async function planOfCase(one: Case): Promise<{ text: string; indexes: string[] }> {
  const query = await one.statement();
  const tx = await pool().connect();
  try {
    await tx.query("BEGIN; SET LOCAL work_mem = '128MB'");
    const { rows } = await tx.query<{ "QUERY PLAN": string }>({
      text: `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) ${query.text}`,
      values: query.values,
    });
    const lines = rows.map((row) => row["QUERY PLAN"]);
    const text = lines.join("\n");
    const met = lines.flatMap((line) => {
      const index = /(?:using|Bitmap Index Scan on) (\w+).*\(actual/.exec(line)?.[1];
      return index ? [index] : [];
    });
    return { text, indexes: [...new Set(met)] };
  } finally {
    await tx.query("ROLLBACK");
    tx.release();
  }
}
