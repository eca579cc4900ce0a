import { AppError, type ErrorCode, HTTP_STATUS } from "@/lib/errors";
import type { Outcome } from "@/lib/events/operation";
import { corsHeaders, preflightHeaders } from "@/lib/ingest/http/cors";
import type { IngestRequest } from "@/lib/ingest/http/request";
import type { RejectionCode } from "@/lib/ingest/parse/clean";
import type { Parsed } from "@/lib/ingest/parse/parse";

/** A text is sent as it stands, anything else as JSON. */
export type Answer = { status: number; headers?: Record<string, string>; body: object | string };

export type IngestResponse = { status: number; headers: Record<string, string>; body: string | null };

export const preflight = ({ headers }: IngestRequest): IngestResponse => ({
  status: 204,
  headers: preflightHeaders(headers),
  body: null,
});

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

/** Accepted, but nothing new is stored: a replay, a crawler, a person who was erased. */
export const ACCEPTED = 202;

/** `too_old` is a value we read and do not take. */
const statusOf = (code: RejectionCode | ErrorCode): number => HTTP_STATUS[code === "too_old" ? "unprocessable" : code];

/** To one message: who and which session it was counted for, which OpenPanel's SDK wants to know; or why it was not. */
export function answerSingle(parsed: Parsed, outcomes: readonly Outcome[], message: object): Answer {
  const rejection = parsed.rejections[0];
  if (rejection) {
    const { index: _, ...error } = rejection;
    return { status: statusOf(rejection.code), body: { error } };
  }
  const outcome = outcomes[0];
  if (!outcome) return answerIgnored(message);
  if (outcome.status === "rejected") {
    const error = outcome.reason ?? { code: "unprocessable" as const, message: "The event was not taken in." };
    return { status: statusOf(error.code), body: { error } };
  }
  const warnings = outcomes.flatMap((each) => each.warnings);
  return {
    status: outcome.status === "dropped" ? ACCEPTED : 200,
    body: {
      deviceId: outcome.deviceId ?? "",
      sessionId: outcome.sessionId ?? "",
      ...(warnings.length > 0 ? { warnings } : {}),
    },
  };
}

/** To a replay. Its own session id goes back: OpenPanel's SDK stops sending anything of a session it does not know. */
function answerIgnored(message: object): Answer {
  const sessionId = (message as { payload?: { sessionId?: unknown } }).payload?.sessionId;
  return { status: ACCEPTED, body: { deviceId: "", sessionId: typeof sessionId === "string" ? sessionId : "" } };
}

/** To a batch: accepted, duplicates and rejected add up to its length. */
export function answerBatch(parsed: Parsed, outcomes: readonly Outcome[]): Answer {
  const rejected: object[] = [];
  const warnings: object[] = [];
  let accepted = 0;
  let duplicates = 0;
  const refused = new Map(parsed.rejections.map((rejection) => [rejection.index, rejection]));
  parsed.firstOperation.forEach((at, index) => {
    const rejection = refused.get(index);
    const outcome = at === -1 ? undefined : outcomes[at];
    if (rejection) rejected.push(rejection);
    else if (outcome?.status === "rejected") rejected.push({ index, ...outcome.reason });
    else if (outcome?.status === "duplicate") duplicates++;
    else accepted++;
    for (const message of outcome?.warnings ?? []) warnings.push({ index, message });
  });
  return { status: 200, body: { accepted, duplicates, rejected, ...(warnings.length > 0 ? { warnings } : {}) } };
}
