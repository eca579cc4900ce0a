import { withoutTrailingSlashes } from "@/lib/format/slashes";
import type { HeaderMap } from "@/lib/http/header-map";
import { asFields, isObject, nonEmptyText } from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";

/**
 * SDKs whose protocol we do not support, recognised by path (docs/wire.md W20). The response stops their retries and
 * says what to use instead; the debugger lists the request if its key belongs to a project. How an SDK reads responses
 * was read from its npm package in November 2026.
 */

export type UnsupportedFamily = { name: string; use: string; answer: (message: string) => IngestAnswer };

const OURS = "Use our own script or @openpanel/web (Install in the app shows how).";
const SEGMENT = "Use analytics.js or RudderStack with our Segment endpoint (docs, Migrate, Segment).";

/** A permanent error, for SDKs that drop the request or ignore the answer. */
const refuse = (message: string): IngestAnswer => ({
  status: 400,
  body: { error: { code: "unsupported_sdk", message } },
});

const FAMILIES = {
  /** Its first HTTP API. Current SDKs use the second, which is a dialect. */
  amplitude: { name: "Amplitude", use: "Send to /2/httpapi instead.", answer: refuse },
  /** Resends the head of its queue for ever until a 200 has a `result` (countly-sdk-web, send_request_queue). */
  countly: { name: "Countly", use: OURS, answer: (message: string) => ({ status: 200, body: { result: message } }) },
  jitsu: { name: "Jitsu", use: SEGMENT, answer: refuse },
  plausible: { name: "Plausible", use: OURS, answer: refuse },
  matomo: { name: "Matomo", use: OURS, answer: refuse },
  google: { name: "Google Analytics", use: OURS, answer: refuse },
  snowplow: { name: "Snowplow", use: OURS, answer: refuse },
  pirsch: { name: "Pirsch", use: OURS, answer: refuse },
  goatcounter: { name: "GoatCounter", use: OURS, answer: refuse },
} satisfies Record<string, UnsupportedFamily>;

const EXACT: Record<string, UnsupportedFamily> = {
  "/httpapi": FAMILIES.amplitude,
  "/i": FAMILIES.countly,
  "/matomo.php": FAMILIES.matomo,
  "/piwik.php": FAMILIES.matomo,
  "/g/collect": FAMILIES.google,
  "/j/collect": FAMILIES.google,
  "/collect": FAMILIES.google,
  "/mp/collect": FAMILIES.google,
  "/com.snowplowanalytics.snowplow/tp2": FAMILIES.snowplow,
  "/api/v1/event": FAMILIES.jitsu,
  "/api/v1/hit": FAMILIES.pirsch,
  "/count": FAMILIES.goatcounter,
};
for (const call of ["track", "page", "identify", "group", "alias", "screen"]) {
  EXACT[`/api/s/${call}`] = FAMILIES.jitsu;
  EXACT[`/api/s/s2s/${call}`] = FAMILIES.jitsu;
}

export const unsupportedPaths = (): string[] => Object.keys(EXACT);

/** The SDK family that sends to `path` (without the query, with or without a trailing slash), or null. */
export function unsupportedAt(path: string): UnsupportedFamily | null {
  const bare = withoutTrailingSlashes(path);
  return Object.hasOwn(EXACT, bare) ? (EXACT[bare] as UnsupportedFamily) : null;
}

/** The SDK family of a body sent to a path that we use ourselves: Plausible's /api/event. */
export function unsupportedBody(path: string, body: unknown): UnsupportedFamily | null {
  if (!isObject(body)) return null;
  const isPlausible = ("n" in body && "u" in body && "d" in body) || ("url" in body && "domain" in body);
  return withoutTrailingSlashes(path) === "/api/event" && isPlausible && !("timestamp" in body)
    ? FAMILIES.plausible
    : null;
}

export const unsupportedMessage = ({ name, use }: UnsupportedFamily): string => `Unsupported SDK: ${name}. ${use}`;

/** The key of such a request, wherever these SDKs put it; null if there is none. */
export function unsupportedKey(headers: HeaderMap, query: URLSearchParams, body: unknown): string | null {
  const inBody = asFields(body);
  const found = [
    headers["x-write-key"],
    query.get("token"),
    query.get("app_key"),
    query.get("idsite"),
    inBody.api_key,
    inBody.app_key,
    inBody.writeKey,
    inBody.token,
  ].find((value) => nonEmptyText(value) !== null);
  return nonEmptyText(found)?.split(":", 1)[0]?.slice(0, 100) ?? null;
}
