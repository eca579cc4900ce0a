import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";
import type { JsonObject } from "@/lib/json";
import type { AccountFilter } from "./filter";
import type { Health } from "./health";

/** The most people shown of those who use an event: a screenful. */
export const MAX_USERS = 50;

/** One row of the accounts list, as the facts job computed it. Times are milliseconds since 1970. */
export type AccountSummary = {
  id: string;
  name: string | null;
  domain: string | null;
  type: string | null;
  people: number;
  /** People who have belonged to it for less than 30 days. */
  joined30: number;
  active7: number;
  active30: number;
  events30: number;
  events30Before: number;
  /** Active people per week, oldest first; the last is the current week. */
  trend: number[];
  featuresUsed: number;
  firstSeen: number | null;
  lastSeen: number | null;
  /** Its lifecycle state (docs/lifecycle.md), as of today. */
  state: string | null;
  /** The probability that none of its people comes back within the horizon (docs/risk.md); null if unknown. */
  risk: number | null;
  /** Minor units. */
  revenue: number;
  properties: JsonObject;
  /** One of the project's own, or for tests: left out of every count. */
  isInternal: boolean;
  health: Health;
};

export const ACCOUNT_TABS = ["all", "quiet", "growing", "new", "internal"] as const;
/** quiet, growing and new are states of health (health.ts); internal are the accounts all other tabs leave out. */
export type AccountTab = (typeof ACCOUNT_TABS)[number];

export const ACCOUNT_SORTS = ["name", ...ACCOUNT_COLUMNS.map(({ key }) => key)] as const;
export type AccountSortColumn = (typeof ACCOUNT_SORTS)[number];
/** By a built-in column, or by one property (dotted path). Accounts without a value come last either way. */
export type AccountSort = { by: AccountSortColumn | { property: string }; order: "asc" | "desc" };

export type AccountSelection = {
  tab: AccountTab;
  /** Any part of an id, name, domain or property value. */
  search?: string;
  /** A compiled rule (lib/segments) that they must match too. */
  filter?: AccountFilter;
};

export type ListAccountsOptions = AccountSelection & {
  /**
   * By default newest last seen first; on tab quiet largest loss of people first, on growing largest gain first, on new
   * newest first.
   */
  sort?: AccountSort;
  /** 1 to 1,000 rows. */
  limit: number;
  /** `next` of the previous page; throws bad_request naming `cursor` for anything else. */
  cursor?: string;
};
