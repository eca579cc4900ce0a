import sql, { empty, join, raw, type Sql } from "sql-template-tag";
import { z } from "zod";
import type { AccountFilter } from "@/lib/accounts/filter";
import { HEALTH_RANKS, type HealthState, healthOf } from "@/lib/accounts/health";
import { propertyValue, sortedAccountColumn } from "@/lib/accounts/sorted-columns.store";
import {
  ACCOUNT_TABS,
  type AccountSelection,
  type AccountSort,
  type AccountSummary,
  type AccountTab,
  type ListAccountsOptions,
} from "@/lib/accounts/types";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { Column } from "@/lib/columns/column";
import { decodeCursor, encodeCursor, unreadableCursor } from "@/lib/db/cursor";
import { matchesSearch, normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import type { JsonObject } from "@/lib/json";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import { idForReading } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";

type ProjectScope = Pick<Scope, "projectId">;

/** account_facts_health_idx. */
const isInState = (state: HealthState): Sql => sql`f.health = ${HEALTH_RANKS[state]}::smallint`;

/**
 * An order: an expression over `f` (account_facts), the type a cursor's text is cast to, and whether some rows have no
 * value. `columnId`: the column of account_values (`v`) that has this order; without it, sorting by a property reads
 * all accounts.
 */
export type AccountOrder = {
  key: Sql;
  type: Sql;
  nullable: boolean;
  descending: boolean;
  readsAll?: true;
  columnId?: number;
};

const TYPES = { number: sql`bigint`, time: sql`timestamptz`, text: sql`text`, list: sql`text` };
const COMPUTED: { [key: string]: Pick<AccountOrder, "key" | "type" | "nullable"> } = {
  health: { key: sql`f.health`, type: sql`smallint`, nullable: false },
  trend: { key: sql`f.trend`, type: sql`float8`, nullable: false },
  risk: { key: sql`f.risk`, type: sql`real`, nullable: true },
};
const DEFAULTS: { [Tab in AccountTab]: AccountSort } = {
  all: { by: "lastSeen", order: "desc" },
  quiet: { by: "trend", order: "asc" },
  growing: { by: "trend", order: "desc" },
  new: { by: "firstSeen", order: "desc" },
  internal: { by: "lastSeen", order: "desc" },
};

export function accountOrder(
  sort: AccountSort | undefined,
  tab: AccountTab,
  columnId: number | null = null,
): AccountOrder {
  const { by, order } = sort ?? DEFAULTS[tab];
  const descending = order === "desc";
  if (typeof by === "object")
    return {
      key: propertyValue(by.property),
      type: sql`jsonb`,
      nullable: true,
      descending,
      ...(columnId === null ? { readsAll: true } : { columnId }),
    };
  if (by === "name") return { key: sql`f.name_key`, type: sql`text`, nullable: false, descending };
  const computed = Object.hasOwn(COMPUTED, by) ? COMPUTED[by] : undefined;
  if (computed) return { ...computed, descending };
  const column: Column | undefined = ACCOUNT_COLUMNS.find(({ key }) => key === by);
  if (!column) throw new Error(`no column ${by}`);
  return {
    key: sql`f.${raw(column.stored)}`,
    type: TYPES[column.kind],
    nullable: column.kind !== "number",
    descending,
  };
}

/** The CTEs of a filter. */
const setsOf = (filter: AccountFilter | undefined): Sql =>
  filter && filter.ctes.length > 0 ? sql`WITH ${join(filter.ctes, ", ")}` : empty;

const matching = (filter: AccountFilter | undefined): Sql => (filter ? sql`AND ${filter.where}` : empty);

/** Which accounts, by facts. A search uses account_facts_search_idx. */
export function accountsWhere(scope: ProjectScope, { tab, search, filter }: AccountSelection): Sql {
  const text = normalizeSearchText(search ?? "");
  const sought = text === "" ? empty : sql`AND ${matchesSearch(sql`f.search_text`, searchPatterns(text))}`;
  const state = tab === "all" || tab === "internal" ? empty : sql`AND ${isInState(tab)}`;
  return sql`f.project_id = ${scope.projectId} AND f.is_internal = ${tab === "internal"} ${state} ${sought}
           ${matching(filter)}`;
}

export type AccountPosition = { key: string | null; id: string };

/**
 * The next `limit` accounts after `from`; with `tail`, those without a value. Keyset pagination along the column's
 * index (account_facts_*_idx), or account_values_value_idx for properties; sorting by a property that is not there
 * reads all accounts of the project (docs/decisions/0072-scale.md).
 */
export function accountsQuery(
  scope: ProjectScope,
  selection: AccountSelection,
  order: AccountOrder,
  page: { from: AccountPosition | undefined; tail: boolean; limit: number },
): Sql {
  const { type, nullable, descending, readsAll, columnId } = order;
  const hasCopy = columnId !== undefined && !page.tail;
  const key = hasCopy ? sql`v.value` : order.key;
  const account = hasCopy ? sql`v.account_id` : sql`f.account_id`;
  const direction = descending ? sql`DESC` : sql`ASC`;
  const than = descending ? sql`<` : sql`>`;
  const { from, tail, limit } = page;
  const hasValue = hasCopy
    ? sql`AND v.project_id = ${scope.projectId} AND v.column_id = ${columnId}`
    : nullable
      ? sql`AND ${key} IS ${tail ? empty : sql`NOT`} NULL`
      : empty;
  const after = !from
    ? empty
    : tail
      ? sql`AND f.account_id ${than} ${from.id}`
      : sql`AND (${key}, ${account}) ${than} (${from.key}::text::${type}, ${from.id}::text)`;
  const by = tail ? sql`f.account_id ${direction}` : sql`${key} ${direction}, ${account} ${direction}`;
  if (readsAll && !tail)
    // Reads the displayed columns of the page's rows only.
    return sql`
    ${setsOf(selection.filter)} SELECT ${ACCOUNT_FIELDS}, q.key::text AS key
      FROM (SELECT f.account_id, ${key} AS key
              FROM account_facts f
             WHERE ${accountsWhere(scope, selection)} ${hasValue} ${after}
             ORDER BY ${by}
             LIMIT ${limit}) q
      JOIN account_facts f ON f.project_id = ${scope.projectId} AND f.account_id = q.account_id
     ORDER BY q.key ${direction}, q.account_id ${direction}`;
  return sql`
    ${setsOf(selection.filter)} SELECT ${ACCOUNT_FIELDS}, (${tail ? sql`NULL` : key})::text AS key
      FROM ${hasCopy ? sql`account_values v JOIN account_facts f USING (project_id, account_id)` : sql`account_facts f`}
     WHERE ${accountsWhere(scope, selection)} ${hasValue} ${after}
     ORDER BY ${by}
     LIMIT ${limit}`;
}

export const ACCOUNT_FIELDS = sql`f.account_id AS id, f.name, f.domain, f.type, f.people, f.joined_30 AS "joined30",
           f.active_7 AS "active7", f.active_30 AS "active30", f.events_30 AS "events30",
           f.events_30_before AS "events30Before", f.week_people AS trend, f.features_used AS "featuresUsed",
           f.first_seen AS "firstSeen", f.last_seen AS "lastSeen", f.revenue, f.properties,
           f.is_internal AS "isInternal", f.state, f.risk,
           (extract(epoch FROM f.computed_on) * 1000)::bigint AS "computedOn"`;

export type AccountRow = Omit<AccountSummary, "health"> & {
  computedOn: number;
  key: string | null;
  properties: JsonObject;
};

export function toAccountSummary({ computedOn, key: _, ...row }: AccountRow): AccountSummary {
  return { ...row, health: healthOf({ ...row, weekPeople: row.trend, computedOn }) };
}

const position = z.tuple([z.literal("accounts"), z.string(), z.string().nullable(), z.string()]);
const UNREADABLE = /^22/;

/** A page of accounts, a second or two behind: the facts job materializes them. */
export async function listAccounts(
  scope: Scope,
  options: ListAccountsOptions,
): Promise<{ rows: AccountSummary[]; next: string | null }> {
  const by = options.sort?.by;
  const columnId = typeof by === "object" ? await sortedAccountColumn(scope, by.property, Date.now()) : null;
  const order = accountOrder(options.sort, options.tab, columnId);
  const name = JSON.stringify([options.tab, options.sort ?? null]);
  const cursor = decodeCursor(options.cursor, position);
  if (cursor && (cursor[1] !== name || (cursor[2] === null && !order.nullable))) throw unreadableCursor();
  let from: AccountPosition | undefined = cursor && { key: cursor[2], id: cursor[3] };
  let tail = cursor ? cursor[2] === null : false;
  const rows: AccountRow[] = [];
  for (;;) {
    const limit = options.limit + 1 - rows.length;
    const query = accountsQuery(scope, options, order, { from, tail, limit });
    rows.push(...(await readRows(scope, query, cursor !== undefined, options.filter ? "64MB" : undefined)));
    if (rows.length > options.limit || tail || !order.nullable) break;
    [tail, from] = [true, undefined];
  }
  const shown = rows.slice(0, options.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(toAccountSummary),
    next: rows.length > shown.length && last ? encodeCursor(["accounts", name, last.key, last.id]) : null,
  };
}

async function readRows(scope: Scope, query: Sql, hasCursor: boolean, work_mem = "16MB"): Promise<AccountRow[]> {
  try {
    return (await readHeavily<AccountRow>(scope, query, { work_mem })).rows;
  } catch (error) {
    if (hasCursor && UNREADABLE.test(z.object({ code: z.string() }).safeParse(error).data?.code ?? ""))
      throw unreadableCursor();
    throw error;
  }
}

/** Matches the row of account_facts with this id, or of the account it was merged into. Primary keys. */
export const accountWithId = (scope: ProjectScope, id: string): Sql => sql`
  f.project_id = ${scope.projectId} AND f.account_id = coalesce(
    (SELECT a.merged_into FROM accounts a WHERE a.project_id = ${scope.projectId} AND a.id = ${id}), ${id})`;

/** One account's row, by its id or the id of one merged into it; null if there is none. */
export async function accountSummary(scope: Scope, id: string): Promise<AccountSummary | null> {
  const { rows } = await reading(scope).query<AccountRow>(
    sql`SELECT ${ACCOUNT_FIELDS}, NULL AS key
          FROM account_facts f WHERE ${accountWithId(scope, idForReading(scope, id))}`,
  );
  return rows[0] ? toAccountSummary(rows[0]) : null;
}

export type AccountTotals = { [Tab in AccountTab]: number };

/** How many accounts match a rule, without the project's own. One pass over the project's accounts. */
export const accountCountQuery = (scope: ProjectScope, filter: AccountFilter): Sql => sql`
  ${setsOf(filter)} SELECT count(*)::int AS count
    FROM account_facts f WHERE ${accountsWhere(scope, { tab: "all", filter })}`;

export async function countAccounts(scope: Scope, filter: AccountFilter): Promise<number> {
  const { rows } = await readHeavily<{ count: number }>(scope, accountCountQuery(scope, filter));
  return rows[0]?.count ?? 0;
}

/** The sizes of the tabs for a search and a rule: one pass over the project's accounts. */
export function accountTotalsQuery(scope: ProjectScope, search: string | undefined, filter?: AccountFilter): Sql {
  const text = normalizeSearchText(search ?? "");
  const sought = text === "" ? empty : sql`AND ${matchesSearch(sql`f.search_text`, searchPatterns(text))}`;
  const counts = ACCOUNT_TABS.filter((tab) => tab !== "internal" && tab !== "all").map(
    (tab) => sql`count(*) FILTER (WHERE ${isInState(tab)} AND NOT f.is_internal) AS ${raw(tab)}`,
  );
  return sql`
    ${setsOf(filter)}
    SELECT count(*) FILTER (WHERE NOT f.is_internal) AS all, count(*) FILTER (WHERE f.is_internal) AS internal,
           ${join(counts, ", ")}
      FROM account_facts f WHERE f.project_id = ${scope.projectId} ${sought} ${matching(filter)}`;
}

export async function accountTotals(
  scope: Scope,
  search: string | undefined,
  filter?: AccountFilter,
): Promise<AccountTotals> {
  const query = accountTotalsQuery(scope, search, filter);
  const { rows } = await readHeavily<AccountTotals>(scope, query, { work_mem: filter ? "64MB" : "16MB" });
  return rows[0] ?? { all: 0, quiet: 0, growing: 0, new: 0, internal: 0 };
}
