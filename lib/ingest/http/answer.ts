import { AppError } from "@/lib/errors";
import type { IngestRequest, IngestResponse } from "@/lib/ingest/http/request";
import type { HeaderMap } from "@/lib/projects/clients";

/** A string is sent as is, anything else as JSON. */
export type Answer = { status: number; headers?: Record<string, string>; body: object | string };

/**
 * Sends an answer with the headers that all answers share; failures carry CORS headers too, so that the page's SDK can
 * read the reason.
 */
export const respond = ({ headers }: IngestRequest, answer: Answer): IngestResponse => ({
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

export function notAllowed(methods: readonly string[]): Answer {
  const error = new AppError("method_not_allowed", `Use ${methods.join(" or ")} here.`);
  return { status: error.status, headers: { allow: `${methods.join(", ")}, OPTIONS` }, body: error.toBody() };
}

/** How long a browser may cache a preflight, in seconds: a day; Chrome caps it at two hours, Firefox honours it. */
const PREFLIGHT_MAX_AGE_SECONDS = 86_400;

/**
 * The CORS headers of any answer: the page's own origin, because `*` fails with credentials, which beacons always carry
 * (docs/wire.md W7). Ingest reads no cookies, so allowing them gives nothing away. {} if the request names no origin.
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
export function preflight({ headers }: IngestRequest): IngestResponse {
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
