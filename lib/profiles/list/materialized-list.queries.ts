import sql, { type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { isCanceled, readHeavily } from "@/lib/db/heavy.queries";
import { pool, transaction } from "@/lib/db/pool";
import { gather } from "@/lib/profiles/person/details.queries";
import { toSummary } from "@/lib/profiles/person/summary";
import type { ListProfilesOptions, Page, ProfileSummary, Tab, Total } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { type PersonRow, profilesByIdQuery, type Search, visitorsByIdQuery } from "./live-list.queries";
import { keptKey, orderOf } from "./order.queries";
import {
  type FoundPerson,
  type PeoplePosition,
  peopleCountQuery,
  peopleQuery,
  peopleSampleQuery,
} from "./page-plan.queries";
import type { Which } from "./selection";
import { keptIn } from "./sorted-columns.queries";

/** How long an exact total may take, in ms; after that a sample has to do. */
const COUNT_BUDGET_MS = 800;
/** The same of rules that walk over events: a sample of people would have to walk as far. */
const WALKS_COUNT_BUDGET_MS = 2_000;
const UNREADABLE = /^22/;

type Options = Pick<ListProfilesOptions, "sort" | "filter" | "windowDays">;

/** The live list (newest last seen first) needs none; every other order, tab and rule rides on profile_facts. */
export const needsFacts = ({ sort, filter }: Options, tab: Tab): boolean =>
  filter !== undefined ||
  tab === "power" ||
  tab === "quiet" ||
  (sort !== undefined && (sort.by !== "lastSeen" || sort.order !== "desc"));

const position = z.tuple([z.literal("people"), z.string(), z.array(z.string()).nullable(), z.number().int()]);

/**
 * A page of people in an order of profile_facts, keyset like all. The order and the rule are a second or two behind; what is shown
 * of each person is live, and people who are no more are left out. One statement finds the page, a second one only where those
 * without a value begin.
 */
export async function listByFacts(
  scope: Scope,
  options: ListProfilesOptions,
  tab: Tab,
  search: Search | undefined,
): Promise<Page<ProfileSummary>> {
  const which = whichOf(options, tab, search);
  const key = options.sort ? keptKey(options.sort.by) : null;
  const order = orderOf(options.sort, tab, which.windowDays, key === null ? null : await keptIn(scope, key, which.now));
  const name = JSON.stringify([tab, which.windowDays, options.sort ?? null]);
  const cursor = decodeCursor(options.cursor, position);
  if (cursor && (cursor[1] !== name || (cursor[2] && cursor[2].length !== order.keys.length))) throw unreadableCursor();
  let from: PeoplePosition | undefined = cursor && { keys: cursor[2], person: cursor[3] };
  let tail = cursor ? cursor[2] === null : false;
  const limit = options.limit + 1;
  const hasTail = order.keys.length === 1 && order.keys[0]?.nullable === true;
  const found: { at: FoundPerson; row: PersonRow }[] = [];
  for (;;) {
    const query = peopleQuery(scope, which, order, { from, tail, limit });
    const page = await find(which, query, cursor !== undefined, order.readsAll);
    const live = await liveRows(
      scope,
      page.map(({ person }) => person),
    );
    for (const at of page) {
      const row = live.get(at.person);
      if (row) found.push({ at, row });
    }
    const last = page.at(-1);
    if (found.length >= limit) break;
    if (last && page.length === limit) from = last;
    else if (tail || !hasTail) break;
    else [tail, from] = [true, undefined];
  }
  const shown = found.slice(0, options.limit);
  const factsOf = await gather(
    scope,
    shown.map(({ row }) => row),
  );
  const end = shown.at(-1)?.at;
  return {
    rows: shown.map(({ row }) => toSummary(row, factsOf(row))),
    next: found.length > shown.length && end ? encodeCursor(["people", name, end.keys, end.person]) : null,
  };
}

/** See Total. Exact by counting while the budget lasts, else by a sample of some 10,000 people. */
export async function countByFacts(
  scope: Scope,
  options: Options,
  tab: Tab,
  search: Search | undefined,
): Promise<Total> {
  const which = whichOf(options, tab, search);
  const budgetMs = which.filter?.walks ? WALKS_COUNT_BUDGET_MS : COUNT_BUDGET_MS;
  try {
    const { rows } = await transaction(pool(), async (tx) => {
      await tx.query(
        sql`SELECT set_config('statement_timeout', ${String(budgetMs)}, true), set_config('work_mem', '128MB', true)`,
      );
      return tx.query<{ count: number }>(peopleCountQuery(scope, which));
    });
    return { count: rows[0]?.count ?? 0, exact: true };
  } catch (error) {
    if (!isCanceled(error)) throw error;
  }
  return { count: twoDigits(await samplePeople(scope, which)), exact: false };
}

/** About how many people are on a list. Where the sample met nobody, as many as it could still have missed. */
export async function samplePeople(scope: Pick<Scope, "projectId">, which: Which): Promise<number> {
  type Side = { hits: number; sampled: number; people: number };
  const { rows } = await pool().query<Side>(peopleSampleQuery(scope, which));
  const met = rows.reduce((sum, { hits, sampled, people }) => sum + (sampled > 0 ? (people * hits) / sampled : 0), 0);
  return met > 0 ? met : Math.max(0, ...rows.map(({ sampled, people }) => (sampled > 0 ? people / sampled : 0)));
}

/** 12,345 → 12,000: an estimate must not look exact. */
export function twoDigits(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.round(value / unit) * unit;
}

export const whichOf = (options: Options, tab: Tab, search: Search | undefined): Which => ({
  tab,
  windowDays: options.windowDays ?? 30,
  filter: options.filter,
  search: search && {
    text: search.text,
    people: [...search.profiles, ...search.streams.map((stream) => -stream)],
  },
  now: Date.now(),
});

/**
 * Runs a query over people. The sets a rule looks up may be hashed in memory. No helpers but where everybody is read for
 * want of an index: to start them takes longer than to find a page.
 * Nor a memory of the facts looked up: made for the million people there may be, it takes 20 ms to set up, and each comes once.
 */
async function find(which: Which, query: Sql, hasCursor: boolean, helpers: boolean): Promise<FoundPerson[]> {
  const memory = which.filter && which.filter.ctes.length > 0 ? "128MB" : "16MB";
  try {
    const { rows } = await readHeavily<FoundPerson>(query, {
      work_mem: memory,
      max_parallel_workers_per_gather: helpers ? "2" : "0",
      enable_memoize: "off",
    });
    return rows;
  } catch (error) {
    if (hasCursor && UNREADABLE.test(codeOf(error) ?? "")) throw unreadableCursor();
    throw error;
  }
}

/** These people as they are now, in the order given; those who are no more are left out. Primary keys. */
export async function peopleByNumber(scope: Scope, people: number[]): Promise<ProfileSummary[]> {
  const live = await liveRows(scope, people);
  const rows = people.flatMap((person) => live.get(person) ?? []);
  const factsOf = await gather(scope, rows);
  return rows.map((row) => toSummary(row, factsOf(row)));
}

async function liveRows(scope: Scope, ids: number[]): Promise<Map<number, PersonRow>> {
  const [profiles, streams] = [ids.filter((id) => id > 0), ids.filter((id) => id < 0).map((id) => -id)];
  const [found, visitors] = await Promise.all([
    profiles.length === 0 ? { rows: [] } : pool().query<PersonRow>(profilesByIdQuery(scope, profiles)),
    streams.length === 0 ? { rows: [] } : pool().query<PersonRow>(visitorsByIdQuery(scope, streams)),
  ]);
  return new Map([...found.rows, ...visitors.rows].map((row) => [row.kind === "u" ? row.id : -row.id, row]));
}

const codeOf = (error: unknown): string | undefined => z.object({ code: z.string() }).safeParse(error).data?.code;
