import { withoutTrailingSlashes } from "@/lib/format/slashes";
import { amplitude } from "@/lib/ingest/dialects/amplitude";
import { type Dialect, type DialectRequest, isObject, type WireFormat } from "@/lib/ingest/dialects/dialect";
import { mixpanel } from "@/lib/ingest/dialects/mixpanel";
import { posthog } from "@/lib/ingest/dialects/posthog";
import {
  posthogConfig,
  posthogConfigScript,
  posthogDecide,
  posthogDiscard,
  posthogFlags,
} from "@/lib/ingest/dialects/posthog-config";
import { rybbit, rybbitConfig, rybbitDiscard, rybbitFlags } from "@/lib/ingest/dialects/rybbit";
import { SEGMENT_CALLS, segment, segmentSettings } from "@/lib/ingest/dialects/segment";
import { throughline } from "@/lib/ingest/dialects/throughline";
import { umami } from "@/lib/ingest/dialects/umami";
import { type UnsupportedFamily, unsupportedAt, unsupportedBody } from "@/lib/ingest/dialects/unsupported";
import type { IngestAnswer } from "@/lib/ingest/http/answer";

/** The handler of another SDK's path: its dialect, or a fixed response. */
export type Route = DialectRoute | FixedRoute;
type RouteBase = { methods: readonly string[]; endpoint: string };
/** `unread`: the dialect that answers failures until the body has been read, if it is another. */
type DialectRoute = RouteBase & { dialect: Dialect; unread?: Dialect };
type FixedRoute = RouteBase & { fixed: (request: DialectRequest) => IngestAnswer };

const POST = ["POST"] as const;
const GET = ["GET", "HEAD"] as const;
const BOTH = ["POST", "GET", "HEAD"] as const;

const route = (dialect: Dialect, endpoint: string, methods: readonly string[] = POST): DialectRoute => ({
  methods,
  endpoint,
  dialect,
});
const fixed = (answer: (request: DialectRequest) => IngestAnswer, methods: readonly string[] = BOTH): Route => ({
  methods,
  endpoint: "fixed",
  fixed: answer,
});

/** Mixpanel sends events to `/track`, our own path: by POST as a form or a list, by GET in `data`. */
const MIXPANEL_TRACK = route(mixpanel, "track", ["POST", "GET"]);
const RYBBIT_TRACK = route(rybbit, "track");
/** Amplitude's two paths take the same body; `/batch` is also PostHog's. */
const AMPLITUDE_EVENTS = route(amplitude, "events");

/** Paths without a trailing slash. */
const EXACT: Record<string, Route> = {
  "/e": route(posthog, "capture"),
  "/i/v0/e": route(posthog, "capture"),
  // Amplitude reads the body of a failure, PostHog only the status.
  "/batch": { ...route(posthog, "capture"), unread: amplitude },
  "/capture": route(posthog, "capture"),
  "/i/v1/analytics/events": route(posthog, "v1"),
  "/flags": fixed(posthogFlags),
  "/decide": fixed(posthogDecide),
  "/s": fixed(posthogDiscard),
  "/i/v1/logs": fixed(posthogDiscard),
  "/api/surveys": fixed(posthogDiscard),
  "/api/web_experiments": fixed(posthogDiscard),

  "/engage": route(mixpanel, "engage", ["POST", "GET"]),
  "/groups": route(mixpanel, "groups", ["POST", "GET"]),
  "/import": route(mixpanel, "import", ["POST", "GET"]),
  "/record": fixed(posthogDiscard, POST),

  "/api/send": route(umami, "send"),
  "/api/batch": route(umami, "batch"),
  "/api/record": fixed(rybbitDiscard, POST),

  "/api/identify": route(rybbit, "identify"),

  "/2/httpapi": AMPLITUDE_EVENTS,
};
for (const [call, endpoint] of Object.entries(SEGMENT_CALLS)) EXACT[`/v1/${call}`] = route(segment, endpoint);

/** Characters of a key in a path: those of a UUID, and a colon before a secret. */
const KEY = "[\\w:-]{1,200}";

/** Paths with a key in them. */
const PATTERNS: readonly (readonly [pattern: RegExp, route: Route, example: string])[] = [
  [new RegExp(`^/array/${KEY}/config\\.js$`), fixed(posthogConfigScript, GET), "/array/key/config.js"],
  [new RegExp(`^/array/${KEY}/config$`), fixed(posthogConfig, GET), "/array/key/config"],
  [new RegExp(`^/v1/projects/${KEY}/settings$`), fixed(segmentSettings, GET), "/v1/projects/key/settings"],
  [new RegExp(`^/api/site/tracking-config/${KEY}$`), fixed(rybbitConfig, GET), "/api/site/tracking-config/key"],
  [new RegExp(`^/api/site/${KEY}/feature-flags/evaluate$`), fixed(rybbitFlags), "/api/site/key/feature-flags/evaluate"],
  [new RegExp(`^/api/session-replay/record/${KEY}$`), fixed(rybbitDiscard, POST), "/api/session-replay/record/key"],
];

/** Every path of other SDKs, by example if it contains a key. For tests. */
export const routePaths = (): string[] => [...Object.keys(EXACT), ...PATTERNS.map(([, , example]) => example)];

/** The handler of a dialect at `path` (without the query, with or without a trailing slash), or null. */
export function routeOf(path: string): Route | null {
  const bare = withoutTrailingSlashes(path);
  if (Object.hasOwn(EXACT, bare)) return EXACT[bare] as Route;
  return PATTERNS.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

/** A path that messages are sent to. */
export type MessageRoute = RouteBase & { dialect: WireFormat; unread?: WireFormat };

/** A path of our own wire format. `leavesGet`: the path is also a page's, so Next handles a GET. */
export type OwnRoute = RouteBase & { leavesGet?: boolean } & ({ dialect: WireFormat } | { lookup: "device-id" });

/** A path of an SDK whose protocol we do not support. */
export type UnsupportedRoute = { family: UnsupportedFamily };

const single = (endpoint: string): OwnRoute => ({ methods: POST, endpoint, dialect: throughline, leavesGet: true });

/** Our own wire format's paths; each also works with `/api` in front and a trailing slash (docs/wire.md W1). */
const OWN: Record<string, OwnRoute> = {
  "/track": { methods: POST, endpoint: "messages", dialect: throughline },
  "/track/device-id": { methods: ["GET"], endpoint: "device-id", lookup: "device-id" },
  // OpenPanel's first SDKs: the payload alone, its type in the path (W13).
  "/event": single("track"),
  "/profile": single("identify"),
  "/profile/increment": single("increment"),
  "/profile/decrement": single("decrement"),
};

export function ownRouteOf(path: string): OwnRoute | null {
  const bare = withoutTrailingSlashes(path.replace(/^\/api(?=\/)/, ""));
  return Object.hasOwn(OWN, bare) ? (OWN[bare] as OwnRoute) : null;
}

/** The handler of a request by its path; null if there is none. */
export function routeFor(
  method: string,
  path: string,
  query: URLSearchParams,
): OwnRoute | Route | UnsupportedRoute | null {
  const own = ownRouteOf(path);
  if (own?.endpoint === "messages" && method === "GET" && query.has("data")) return MIXPANEL_TRACK;
  return own ?? routeOf(path) ?? unsupportedRouteAt(path);
}

function unsupportedRouteAt(path: string): UnsupportedRoute | null {
  const family = unsupportedAt(path);
  return family && { family };
}

/** The handler of a request by its body, for paths that several SDKs send to. */
export function routeForBody(route: MessageRoute, path: string, body: unknown): MessageRoute | UnsupportedRoute {
  const family = unsupportedBody(path, body);
  if (family) return { family };
  const bare = withoutTrailingSlashes(path);
  return BY_BODY.find(({ paths, isTheirs }) => paths.includes(bare) && isTheirs(body))?.route ?? route;
}

type RouteByBody = { paths: readonly string[]; isTheirs: (body: unknown) => boolean; route: DialectRoute };

const isRybbit = (body: unknown): boolean => isObject(body) && "site_id" in body && !("payload" in body);
const isMixpanel = (body: unknown) => (Array.isArray(body) ? body.some(isMixpanelItem) : isMixpanelItem(body));
const isMixpanelItem = (item: unknown): boolean => isObject(item) && "event" in item && !("type" in item);
const isAmplitude = (body: unknown): boolean => isObject(body) && Array.isArray(body.events) && !("batch" in body);

/** SDKs that send to a path of ours or of another SDK, recognised by the shape of the body; the first match wins. */
const BY_BODY: readonly RouteByBody[] = [
  { paths: ["/track", "/api/track"], isTheirs: isRybbit, route: RYBBIT_TRACK },
  { paths: ["/track", "/api/track"], isTheirs: isMixpanel, route: MIXPANEL_TRACK },
  { paths: ["/batch"], isTheirs: isAmplitude, route: AMPLITUDE_EVENTS },
];

/** The dialects that share a path, each with its endpoint. For tests. */
export const sharedPaths = (): { path: string; dialect: Dialect; endpoint: string }[] =>
  BY_BODY.flatMap(({ paths, route: { dialect, endpoint } }) => paths.map((path) => ({ path, dialect, endpoint })));
