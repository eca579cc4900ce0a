import type { Act } from "./acts";

/** The act of opening an address. `searches`: the act if any of the query parameters `by` is given. */
type Logged = { act: Act; searches?: { by: readonly string[]; act: Act } };

/** A filter may name one person, by e-mail address, as much as a search does. */
const search = (act: Act, parameter: string, searched: Act): Logged => ({
  act,
  searches: { by: [parameter, "filter"], act: searched },
});
const PEOPLE = search("people", "search", "search_people");
const ACCOUNTS = search("accounts", "search", "search_accounts");

/**
 * What each page and GET route logs, by its address as in docs/access.md. The guards look it up when they open a scope
 * (lib/auth/guard.ts, lib/projects/clients.ts), so no page writes to the log itself. An entry of docs/access.md is
 * either here or in ROUTES_WITHOUT_PEOPLE, or a test fails.
 */
export const LOGGED_ROUTES: Readonly<Record<string, Logged>> = {
  "/[project]/users": PEOPLE,
  "/[project]/users/rows": PEOPLE,
  "/[project]/users/export": { act: "export_people" },
  "/[project]/users/[userId]": { act: "person" },
  "/[project]/users/[userId]/features": { act: "person" },
  "/[project]/users/[userId]/identities": { act: "person" },
  "/[project]/users/[userId]/notes": { act: "person" },
  "/[project]/users/[userId]/privacy": { act: "person" },
  "/[project]/users/[userId]/properties": { act: "person" },
  "/[project]/users/[userId]/sessions": { act: "person" },
  "/[project]/users/[userId]/export": { act: "export_timeline" },
  "/[project]/users/[userId]/sessions/export": { act: "export_timeline" },
  "/[project]/users/[userId]/privacy/export": { act: "export_person" },
  "/[project]/accounts": ACCOUNTS,
  "/[project]/accounts/rows": ACCOUNTS,
  "/[project]/accounts/export": { act: "export_accounts" },
  "/[project]/accounts/[accountId]": { act: "account" },
  "/[project]/accounts/[accountId]/manage": { act: "account" },
  "/[project]/accounts/[accountId]/notes": { act: "account" },
  "/[project]/accounts/[accountId]/people": { act: "account" },
  "/[project]/accounts/[accountId]/properties": { act: "account" },
  "/[project]/accounts/[accountId]/timeline": { act: "account" },
  "/[project]/accounts/[accountId]/timeline/export": { act: "export_account_timeline" },
  "/[project]/events": search("events", "prop", "search_events"),
  "/[project]/events/export": { act: "export_events" },
  "/[project]/sessions": search("visits", "entry", "search_visits"),
  "/[project]/sessions/export": { act: "export_visits" },
  "/[project]/sessions/[sessionId]": { act: "visits" },
  "/[project]/segments/[segmentId]": { act: "segment" },
  "/[project]/segments/[segmentId]/edit": { act: "segment" },
  "/[project]/segments/[segmentId]/rows": { act: "segment" },
  "/[project]/segments/[segmentId]/export": { act: "export_people" },
  "/[project]/segments/[segmentId]/accounts": { act: "segment" },
  "/[project]/segments/[segmentId]/accounts/rows": { act: "segment" },
  "/[project]/segments/[segmentId]/accounts/export": { act: "export_accounts" },
  "/[project]/erasures/new": { act: "preview_erasure" },
  "/[project]/overview": { act: "overview" },
  "/[project]/overview/people": { act: "people" },
  "/[project]/overview/people/export": { act: "export_people" },
  "/[project]/insights/adoption": { act: "insights" },
  "/[project]/insights/adoption/export": { act: "export_insights" },
  "/[project]/insights/compare": { act: "insights" },
  "/[project]/insights/compare/export": { act: "export_insights" },
  "/[project]/insights/journeys": { act: "insights" },
  "/[project]/insights/journeys/export": { act: "export_insights" },
  "/[project]/insights/lifecycle": { act: "insights" },
  "/[project]/insights/lifecycle/export": { act: "export_insights" },
  "/[project]/insights/risk": { act: "insights" },
  "/[project]/insights/risk/champions": { act: "insights" },
  "/[project]/insights/risk/export": { act: "export_insights" },
  "/[project]/insights/risk/record": { act: "insights" },
  "/[project]/settings/alerts/[alertId]": { act: "alerts" },
  "/[project]/settings/debugger": { act: "debugger" },
  "/[project]/settings/access-log": { act: "access_log" },
  "/[project]/settings/access-log/export": { act: "export_access_log" },
  "/u": { act: "link" },
  "/a": { act: "account_link" },
  "/api/live/[project]/account": { act: "account" },
  "/api/live/[project]/events": { act: "events" },
  "/api/live/[project]/users/[ref]": { act: "person" },
  "/api/projects/[project]/debugger": { act: "debugger" },
  "/api/projects/[project]/search": { act: "search_all" },
  "/api/projects/[project]/suggest": { act: "suggestions" },
  "POST /api/projects/[project]/segments/[segmentId]/members": { act: "list" },
  "/api/v1/profiles": PEOPLE,
  "/api/v1/profiles/[ref]": { act: "person" },
  "/api/v1/profiles/[ref]/events": { act: "person" },
  "/api/v1/profiles/[ref]/export": { act: "export_person" },
  "/api/v1/profiles/[ref]/features": { act: "person" },
  "/api/v1/profiles/[ref]/identities": { act: "person" },
  "/api/v1/profiles/[ref]/sessions": { act: "person" },
  "POST /api/v1/profiles/[ref]/alias": { act: "correction" },
  "POST /api/v1/profiles/[ref]/attach": { act: "correction" },
  "POST /api/v1/profiles/[ref]/detach": { act: "correction" },
  "POST /api/v1/profiles/[ref]/split": { act: "correction" },
  "POST /api/v1/profiles/[ref]/unalias": { act: "correction" },
  "/api/v1/accounts": ACCOUNTS,
  "/api/v1/accounts/[id]": { act: "account" },
  "PATCH /api/v1/accounts/[id]": { act: "account_change" },
  "/api/v1/accounts/[id]/people": { act: "account_people" },
  "POST /api/v1/accounts/[id]/merge": { act: "account_change" },
  "POST /api/v1/accounts/[id]/reassign": { act: "account_change" },
  "POST /api/v1/accounts/[id]/unassign": { act: "account_change" },
  "POST /api/v1/accounts/[id]/unmerge": { act: "account_change" },
  "/api/v1/insights/adoption": { act: "insights" },
  "/api/v1/insights/compare": { act: "insights" },
  "/api/v1/insights/compare/accounts": { act: "insights" },
  "/api/v1/insights/journeys": { act: "insights" },
  "/api/v1/insights/lifecycle": { act: "insights" },
  "/api/v1/insights/risk": { act: "insights" },
  "/api/v1/segments/[id]/accounts": { act: "segment" },
  "/api/v1/segments/[id]/profiles": { act: "segment" },
  "PATCH /api/v1/project": { act: "settings" },
  "POST /api/v1/project/identify-secret": { act: "keys" },
};

/** Guarded addresses that show nobody's data, or that write their own entries, each with the reason. */
export const ROUTES_WITHOUT_PEOPLE: Readonly<Record<string, string>> = {
  "/[project]": "redirects",
  "/[project]/insights": "redirects",
  "/[project]/erasures": "receipts without an id",
  "/[project]/erasures/[jobId]": "a receipt without an id",
  "/[project]/erasures/bulk/[bulkId]": "counts",
  "/[project]/erasures/bulk/[bulkId]/export": "receipts without an id",
  "/[project]/segments": "names of segments and counts",
  "/[project]/segments/new": "a form",
  "/[project]/paused": "a notice",
  "/[project]/settings": "settings",
  "/[project]/settings/alerts": "names of alerts",
  "/[project]/settings/alerts/new": "a form",
  "/[project]/settings/delete": "a form",
  "/[project]/settings/privacy": "kinds of data and counts",
  "/[project]/settings/retention": "limits and counts",
  "/[project]/settings/events": "names of events",
  "/[project]/settings/features": "names of events",
  "/[project]/settings/plan": "the plan and counts",
  "/[project]/settings/team": "members",
  "/[project]/setup": "a snippet",
  "/account": "the member's own account",
  "/projects/new": "a form",
  "/api/projects/[project]/avatar": "pictures within pages that are logged",
  "/api/projects/[project]/first-event": "whether there is an event",
  "/api/v1/project": "settings",
  "/api/v1/segments": "names of segments and counts",
  "DELETE /api/v1/profiles/[ref]": "logged by lib/privacy/erase.ts, which knows whom it erased",
  "POST /api/v1/erasures": "logged by lib/privacy/bulk.ts, and by lib/privacy/erase.ts for each person",
  "/api/v1/erasures/[id]": "counts",
  "/api/v1/erasures/[id]/receipts": "receipts without an id",
  "DELETE /api/v1/accounts/[id]": "logged by lib/ingest/corrections/accounts.ts, which knows which account",
};

/** An opened address: its act, and the person or account in it. */
export type OpenedRoute = { act: Act; person?: string; account?: string };

const isFixed = (segment: string): boolean => !segment.startsWith("[");

/** The addresses by their number of segments, those with more fixed segments first. */
const BY_LENGTH = (() => {
  const found = new Map<number, { method: string; segments: string[]; logged: Logged | null }[]>();
  const all = [
    ...Object.entries(LOGGED_ROUTES),
    ...Object.keys(ROUTES_WITHOUT_PEOPLE).map((key) => [key, null] as const),
  ];
  for (const [key, logged] of all) {
    const [method, address] = key.startsWith("/") ? ["GET", key] : (key.split(" ") as [string, string]);
    const segments = address.split("/").slice(1);
    found.set(segments.length, [...(found.get(segments.length) ?? []), { method, segments, logged }]);
  }
  const fixed = ({ segments }: { segments: string[] }) => segments.filter(isFixed).length;
  for (const list of found.values()) list.sort((a, b) => fixed(b) - fixed(a));
  return found;
})();

/**
 * What a request opens. `path` as requested, percent-encoded; `given`: the names of its non-empty query parameters.
 * null for addresses that show nobody and for unknown ones.
 */
export function openedRoute(method: string, path: string, given: readonly string[]): OpenedRoute | null {
  const segments = path.split("/").slice(1);
  const found = BY_LENGTH.get(segments.length)?.find(
    (one) => one.method === method && one.segments.every((want, at) => (isFixed(want) ? want === segments[at] : true)),
  );
  if (!found?.logged) return null;
  const { act, searches } = found.logged;
  const named = (names: readonly string[]): string | undefined => {
    const at = found.segments.findIndex((segment) => names.includes(segment));
    return at === -1 ? undefined : decodeSegment(segments[at] ?? "");
  };
  const person = named(["[userId]", "[ref]"]);
  const account = named(["[accountId]"]) ?? (path.startsWith("/api/v1/accounts/") ? named(["[id]"]) : undefined);
  return {
    act: searches?.by.some((name) => given.includes(name)) ? searches.act : act,
    ...(person === undefined ? {} : { person }),
    ...(account === undefined ? {} : { account: account.replace(/^=/, "") }),
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return "";
  }
}
