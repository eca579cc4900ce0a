import type { Range, RangeParams } from "@/lib/format/range";
import type { Internal } from "@/lib/identity/own-team.queries";

export type SearchParams = Record<string, string | string[] | undefined>;

/** A parameter's first value; undefined if missing or empty. */
export const firstValue = (params: SearchParams, name: string): string | undefined =>
  [params[name] ?? []].flat()[0] || undefined;

export const rangeParamsOf = (params: SearchParams): RangeParams => ({
  days: firstValue(params, "days"),
  from: firstValue(params, "from"),
  to: firstValue(params, "to"),
});

/** The date range as URL parameters. */
export const rangeQuery = (range: Range, days: readonly string[]): Record<string, string> =>
  range.preset !== null ? { days: String(range.preset) } : { from: days[0] ?? "", to: days.at(-1) ?? "" };

export const DEVICE_OPTIONS = [
  { value: "desktop", label: "Desktop" },
  { value: "mobile", label: "Mobile" },
  { value: "tablet", label: "Tablet" },
  { value: "server", label: "Server" },
];

export const WHO_OPTIONS = [
  { value: "identified", label: "Identified" },
  { value: "anonymous", label: "Anonymous" },
];

export const identifiedOrAnonymous = (params: SearchParams): "identified" | "anonymous" | undefined => {
  const who = firstValue(params, "who");
  return who === "identified" || who === "anonymous" ? who : undefined;
};

/** Choices of the lists of events and sessions: whether to show the own team and test users. */
export const OWN_TEAM_OPTIONS = [
  { value: "with", label: "Own team: included" },
  { value: "only", label: "Own team: only" },
];

export const internalOf = (params: SearchParams): Internal => {
  const own = firstValue(params, "own");
  return own === "with" || own === "only" ? own : "without";
};

/** In the form of a list's filter. */
export const withInternalOf = (params: SearchParams): { withInternal?: true } =>
  internalOf(params) === "without" ? {} : { withInternal: true };

/** "plan", or "plan:pro" or "plan = pro". */
export function parsePropertyFilter(text: string | undefined): { key: string; value: string | null } | undefined {
  if (!text) return undefined;
  const at = text.search(/[=:]/);
  const key = (at === -1 ? text : text.slice(0, at)).trim();
  return key === "" ? undefined : { key, value: at === -1 ? null : text.slice(at + 1).trim() };
}

/** Number of filters set. */
export const countFilters = (filter: object): number =>
  Object.values(filter).filter((value) => value !== undefined).length;

/** A query string of the values that are set. */
export function queryString(values: Record<string, string | number | undefined | null>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  return search.size === 0 ? "" : `?${search}`;
}
