import type { Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { readHeavily } from "@/lib/db/heavy.queries";
import { detailsOf } from "@/lib/profiles/person/person.queries";
import { liveRows, type PersonRow } from "@/lib/profiles/person/person-rows.queries";
import { toSummary } from "@/lib/profiles/person/summary";
import type { Search } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { keptKey, orderOf } from "./order.queries";
import { type FoundPerson, type PeoplePosition, peopleQuery } from "./page-plan.queries";
import type { Selection } from "./selection";
import { selectionOf } from "./selection";
import { keptIn } from "./sorted-columns.store";

const UNREADABLE = /^22/;

const position = z.tuple([z.literal("people"), z.string(), z.array(z.string()).nullable(), z.number().int()]);

/**
 * A page of people in an order of profile_facts, keyset like all. The order and the rule are a second or two behind;
 * what is shown of each person is live, and people who are no more are left out. One statement finds the page; a second
 * is needed only where those without a value begin.
 */
export async function materializedList(
  scope: Scope,
  options: ListProfilesOptions,
  tab: Tab,
  search: Search | undefined,
): Promise<Page<ProfileSummary>> {
  const selection = selectionOf(options, tab, search);
  const key = options.sort ? keptKey(options.sort.by) : null;
  const order = orderOf(
    options.sort,
    tab,
    selection.windowDays,
    key === null ? null : await keptIn(scope, key, selection.now),
  );
  const name = JSON.stringify([tab, selection.windowDays, options.sort ?? null]);
  const cursor = decodeCursor(options.cursor, position);
  if (cursor && (cursor[1] !== name || (cursor[2] && cursor[2].length !== order.keys.length))) throw unreadableCursor();
  let from: PeoplePosition | undefined = cursor && { keys: cursor[2], person: cursor[3] };
  let tail = cursor ? cursor[2] === null : false;
  const limit = options.limit + 1;
  const hasTail = order.keys.length === 1 && order.keys[0]?.nullable === true;
  const found: { at: FoundPerson; row: PersonRow }[] = [];
  for (;;) {
    const query = peopleQuery(scope, selection, order, { from, tail, limit });
    const page = await find(selection, query, cursor !== undefined, order.readsAll);
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
  const factsOf = await detailsOf(
    scope,
    shown.map(({ row }) => row),
  );
  const end = shown.at(-1)?.at;
  return {
    rows: shown.map(({ row }) => toSummary(row, factsOf(row))),
    next: found.length > shown.length && end ? encodeCursor(["people", name, end.keys, end.person]) : null,
  };
}

/**
 * Runs a query over people. The sets a rule looks up may be hashed in memory. No helpers but where everybody is read
 * for want of an index: to start them takes longer than to find a page. Nor a memory of the facts looked up: made for
 * the million people there may be, it takes 20 ms to set up, and each comes once.
 */
async function find(selection: Selection, query: Sql, hasCursor: boolean, helpers: boolean): Promise<FoundPerson[]> {
  const memory = selection.filter && selection.filter.ctes.length > 0 ? "128MB" : "16MB";
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

const codeOf = (error: unknown): string | undefined => z.object({ code: z.string() }).safeParse(error).data?.code;
