import type { HeaderMap } from "@/lib/http/header-map";

/** A string is sent as is, anything else as JSON. */
export type IngestAnswer = { status: number; headers?: Record<string, string>; body: object | string };

export type IngestResponse = { status: number; headers: Record<string, string>; body: string | null };

/**
 * An answer with the headers that all answers share. CORS headers are on failures too, for the page's SDK to read the
 * reason.
 */
export const toResponse = (headers: HeaderMap, answer: IngestAnswer): IngestResponse => ({
  status: answer.status,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...corsHeaders(headers),
    ...answer.headers,
  },
  body: typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body),
});

/** How long a browser may cache a preflight, in seconds: a day; Chrome caps it at two hours, Firefox honours it. */
const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

/**
 * The CORS headers of any answer; {} if the request names no origin. They name the page's origin, because `*` fails
 * with credentials, which beacons always carry (docs/wire.md W7). Ingest reads no cookies, so allowing them is safe.
 */
export function corsHeaders(headers: HeaderMap): Record<string, string> {
  const origin = headers.origin;
  if (typeof origin !== "string") return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "retry-after",
    vary: "Origin",
  };
}

/** Answers a preflight: any method and any headers, from any origin; keys are checked later. */
export function preflight(headers: HeaderMap): IngestResponse {
  const requested = headers["access-control-request-headers"];
  return {
    status: 204,
    headers: {
      ...corsHeaders(headers),
      "access-control-allow-methods": "GET, POST, OPTIONS",
      "access-control-allow-headers":
        typeof requested === "string" && requested !== ""
          ? requested
          : "content-type, throughline-client-id, openpanel-client-id",
      "access-control-max-age": String(PREFLIGHT_MAX_AGE_SECONDS),
      vary: "Origin, Access-Control-Request-Headers",
    },
    body: null,
  };
}
