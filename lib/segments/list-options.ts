import { AppError } from "@/lib/errors";
import {
  type ListProfilesOptions,
  SORT_COLUMNS,
  type Sort,
  type SortColumn,
  TABS,
  type WindowDays,
} from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";
import { compileRule } from "./compile.queries";
import { decodeRule } from "./decode-rule";
import type { Rule } from "./rule";

/** The parameters of a list's URL besides search and cursor; the same in the app, the API and the export. */
export type ListParams = { tab?: string; window?: string; sort?: string; filter?: string; internal?: string };

const PROPERTY = "p:";

/** Parses "events", "-events" (descending), "p:plan" and "-p:plan" (a property); null for anything else. */
export function parseSort(text: string): Sort | null {
  const order = text.startsWith("-") ? "desc" : "asc";
  const by = order === "desc" ? text.slice(1) : text;
  if (by.startsWith(PROPERTY) && by.length > PROPERTY.length)
    return { by: { property: by.slice(PROPERTY.length) }, order };
  return isColumn(by) ? { by, order } : null;
}

export const formatSort = ({ by, order }: Sort): string =>
  `${order === "desc" ? "-" : ""}${typeof by === "string" ? by : `${PROPERTY}${by.property}`}`;

const isColumn = (text: string): text is SortColumn => SORT_COLUMNS.some((column) => column === text);
const WINDOWS: readonly WindowDays[] = [7, 30, 90];

/**
 * The options of a list from its URL; `within`: another rule that everybody must match (a segment's members). Throws
 * bad_request naming the invalid parameter, and like compileRule.
 */
export async function listOptions(
  scope: Scope,
  params: ListParams,
  within?: Rule,
): Promise<Pick<ListProfilesOptions, "tab" | "windowDays" | "sort" | "filter" | "withInternal">> {
  const tab = params.tab === undefined ? undefined : TABS.find((one) => one === params.tab);
  if (params.tab !== undefined && !tab) throw fault("tab", `One of ${TABS.join(", ")}.`);
  const windowDays = WINDOWS.find((days) => String(days) === params.window);
  if (params.window !== undefined && !windowDays) throw fault("window", "Either 7, 30 or 90 days.");
  const sort = params.sort === undefined ? undefined : parseSort(params.sort);
  if (sort === null)
    throw fault("sort", "A column (events), a property (p:plan), or either in descending order (-events).");
  const rule = params.filter === undefined ? undefined : decodeRule(params.filter);
  if (rule === null)
    throw fault("filter", "This filter cannot be read. Copy it from the address of a list in the app.");
  if (params.internal !== undefined && params.internal !== "true" && params.internal !== "false")
    throw fault("internal", "Either true or false.");
  const withInternal = params.internal === "true";
  const rules = [rule, within].filter((one) => one !== undefined);
  if (rules.length === 0) return { tab, windowDays, sort, withInternal };
  return { tab, windowDays, sort, withInternal, filter: await compileRule(scope, { kind: "and", of: rules }) };
}

const fault = (field: string, message: string): AppError => new AppError("bad_request", message, { field });
