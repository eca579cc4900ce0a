import type { Sql } from "sql-template-tag";
import { listHref } from "@/components/columns/list-url";
import {
  accountOrder,
  accountsQuery,
  accountTotals,
  accountTotalsQuery,
  listAccounts,
} from "@/lib/accounts/list/list.queries";
import { accountSearchQuery, searchAccounts } from "@/lib/accounts/list/search.queries";
import { accountDetails, accountQuery } from "@/lib/accounts/page/account.queries";
import { accountDays } from "@/lib/accounts/page/days.queries";
import { accountPeople, accountPeopleQuery } from "@/lib/accounts/page/people.queries";
import { featureUsage, usesQuery } from "@/lib/accounts/page/uses.queries";
import { accountColumnDue, advanceAccountColumn, sortedAccountColumn } from "@/lib/accounts/sorted-columns.store";
import { ACCOUNT_SORTS, type AccountSort, type AccountTab } from "@/lib/accounts/types";
import { pool, transaction } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";
import { BIG_ACCOUNT, LARGEST_ACCOUNT } from "./account-data";
import type { Case } from "./case";

const PAGE = 50;
const DEEP_PAGES = 50;
const LIST_MS = 50;
const PAGE_MS = 60;
const KEPT = ["seats", "owner"];
/** Only its own case sorts by it, and no job runs during the benchmark. */
const UNKEPT = "plan";
/** Orders that are measured as a page too. */
const SHOWN = ["name", "p:seats", "p:owner"];
const COLUMN_STEP = 5_000;

/** The list of accounts in each of its orders, its tabs and searches, and the reads and pages of large accounts. */
export async function accountCases(scope: Scope): Promise<Case[]> {
  const columnIds = new Map<string, number | null>();
  for (const property of KEPT) columnIds.set(property, await keep(scope, property));
  const sorts = [...ACCOUNT_SORTS, ...KEPT.map((property) => ({ property }))].flatMap((by) =>
    (["desc", "asc"] as const).map((order): AccountSort => ({ by, order })),
  );
  const lists: Case[] = [
    listCase(scope, "accounts-list", "newest last active first", "all"),
    listCase(scope, "accounts-quiet", "tab Going quiet", "quiet"),
    listCase(scope, "accounts-growing", "tab Growing", "growing"),
    listCase(scope, "accounts-new", "tab New", "new"),
    { ...listCase(scope, "accounts-internal", "tab of the own team", "internal"), marker: /account-own/ },
    ...sorts.map((sort) => {
      const by = typeof sort.by === "string" ? sort.by : `p:${sort.by.property}`;
      const one = listCase(
        scope,
        `accounts-${by.replace(":", "-")}-${sort.order}`,
        `sorted by ${by}, ${sort.order}`,
        "all",
        sort,
        undefined,
        typeof sort.by === "string" ? null : columnIds.get(sort.by.property),
      );
      return SHOWN.includes(by) ? one : { ...one, path: null };
    }),
    {
      ...listCase(scope, "accounts-p-unkept", "sorted by a property for the first time (reads all accounts)", "all", {
        by: { property: UNKEPT },
        order: "desc",
      }),
      toReachMs: null,
    },
    listCase(scope, "accounts-search-rare", "search “company 4242”", "all", undefined, "company 4242"),
    listCase(scope, "accounts-search-common", "search “enterprise” (one in four)", "all", undefined, "enterprise"),
  ];
  return [
    ...lists,
    deepCase(scope),
    one(
      "accounts-totals",
      "the counts of all tabs",
      () => accountTotals(scope, undefined),
      accountTotalsQuery(scope, undefined),
    ),
    one(
      "accounts-palette",
      "Ctrl K: “company 77”",
      () => searchAccounts(scope, "company 77", 5),
      accountSearchQuery(scope, "company 77", 5),
    ),
    ...pageCases(scope, "account", "the account of a thousand people", BIG_ACCOUNT),
    ...pageCases(scope, "account-largest", "the largest account", LARGEST_ACCOUNT),
  ];
}

/** Makes the job keep a property sorted; returns its column. */
async function keep(scope: Scope, property: string): Promise<number | null> {
  await sortedAccountColumn(scope, property, Date.now());
  const { projectId } = scope;
  for (let due = await accountColumnDue(pool(), Date.now(), projectId); due?.key === property; ) {
    const one = due;
    await transaction(pool(), (tx) => advanceAccountColumn(tx, one, COLUMN_STEP));
    due = await accountColumnDue(pool(), Date.now(), projectId);
  }
  return sortedAccountColumn(scope, property, Date.now());
}

/** The reads of an account's pages, and its page as a whole. */
function pageCases(scope: Scope, name: string, what: string, id: string): Case[] {
  const today = new Date().toISOString().slice(0, 10);
  const people = () => accountPeopleQuery(scope, id, { limit: PAGE + 1, from: undefined, tail: false });
  return [
    {
      ...one(`${name}-page`, `${what}: who uses what`, () => featureUsage(scope, id), usesQuery(scope, id)),
      path: `/accounts/${id}`,
      marker: /Who uses what/,
      pageMs: PAGE_MS,
    },
    one(`${name}-people`, `${what}: its people`, () => accountPeople(scope, id, { limit: PAGE }), people()),
    one(
      `${name}-head`,
      `${what}: numbers, members and calendar`,
      () => Promise.all([accountDetails(scope, id, today), accountDays(scope, id)]),
      accountQuery(scope, id, today),
    ),
  ];
}

const one = (name: string, what: string, run: () => Promise<unknown>, statement: Sql): Case => ({
  name,
  what: `accounts: ${what}`,
  toReachMs: LIST_MS,
  path: null,
  marker: /./,
  run,
  statement: async () => statement,
});

function listCase(
  scope: Scope,
  name: string,
  what: string,
  tab: AccountTab,
  sort?: AccountSort,
  search?: string,
  columnId: number | null = null,
): Case {
  const page = { from: undefined, tail: false, limit: PAGE + 1 };
  return {
    ...one(
      name,
      what,
      () => listAccounts(scope, { tab, sort, search, limit: PAGE }),
      accountsQuery(scope, { tab, search }, accountOrder(sort, tab, columnId), page),
    ),
    path: listHref("/accounts", { tab, search, sort: sort ?? null }),
    marker: /\/accounts\/account-/,
  };
}

function deepCase(scope: Scope): Case {
  let cursor: string | undefined;
  return one(
    "accounts-deep",
    `page ${DEEP_PAGES} of the list`,
    async () => {
      const behind = cursor === undefined ? DEEP_PAGES : 1;
      for (let page = 1; page < behind; page++)
        cursor = (await listAccounts(scope, { tab: "all", limit: PAGE, cursor })).next ?? undefined;
      return listAccounts(scope, { tab: "all", limit: PAGE, cursor });
    },
    accountsQuery(scope, { tab: "all" }, accountOrder(undefined, "all"), {
      from: undefined,
      tail: false,
      limit: PAGE + 1,
    }),
  );
}
