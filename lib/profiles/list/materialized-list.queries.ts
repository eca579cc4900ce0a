import type { Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { readHeavily } from "@/lib/db/heavy.queries";
import { summariesOf } from "@/lib/profiles/person/person.queries";
import { liveRows, type PersonRow } from "@/lib/profiles/person/person-rows.queries";
import type { Search } from "@/lib/profiles/search/search-text.queries";
import type { ListProfilesOptions, Page, ProfileSummary, Tab } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { keptKey, orderOf } from "./order.queries";
import { type FoundPerson, type PeoplePosition, peopleQuery } from "./people.queries";
import { type Selection, selectionOf } from "./selection";
import { keptIn } from "./sorted-columns.store";

const UNREADABLE = /^22/;

const position = z.tuple([z.literal("people"), z.string(), z.array(z.string()).nullable(), z.number().int()]);

/**
 * A page of people in an order of profile_facts, with keyset pagination like all lists. The order and the rule are a
 * second or two behind; the values shown are live, and people who no longer exist are left out. One statement finds the
 * page; a second is only needed where people without a value begin.
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
    const page = await find(scope, selection, query, cursor !== undefined, order.readsAll);
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
  const rows = await summariesOf(
    scope,
    shown.map(({ row }) => row),
  );
  const end = shown.at(-1)?.at;
  return {
    rows,
    next: found.length > shown.length && end ? encodeCursor(["people", name, end.keys, end.person]) : null,
  };
}

/**
 * Runs a query over people. A rule's sets may be hashed in memory. No parallel workers unless everybody has to be read
 * for want of an index: starting them takes longer than finding a page. No Memoize of looked-up facts either: sized for
 * a million people, it takes 20 ms to set up, and each person comes once.
 */
async function find(
  scope: Scope,
  selection: Selection,
  query: Sql,
  hasCursor: boolean,
  helpers: boolean,
): Promise<FoundPerson[]> {
  const memory = selection.filter && selection.filter.ctes.length > 0 ? "128MB" : "16MB";
  try {
    const { rows } = await readHeavily<FoundPerson>(scope, query, {
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
