import { AppError } from "@/lib/errors";
import { corsHeaders } from "@/lib/ingest/http/cors";
import type { IngestRequest, IngestResponse } from "@/lib/ingest/http/request";

/** A text is sent as it stands, anything else as JSON. */
export type Answer = { status: number; headers?: Record<string, string>; body: object | string };

/** With the headers of every answer; those of CORS also on failures, so that the page's SDK may read why. */
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
