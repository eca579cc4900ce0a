import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { config } from "@/lib/config";
import { databaseAnswers } from "@/lib/db/health.queries";
import { logFault } from "@/lib/faults/log";
import { type CatchingUp, catchingUp } from "./catching-up";

/** Health checks and metrics for the operator, answered in front of Next. */

const HEALTH = "/api/health/";
const METRICS = "/api/metrics";
const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

export type OperationsSources = {
  /** The metrics of all processes, as text. */
  metrics: () => Promise<string>;
  /** Whether a stop signal was received. */
  isStopping: () => boolean;
  databaseAnswers?: () => Promise<boolean>;
  catchingUp?: () => Promise<CatchingUp>;
};

/** Whether `path` is one of these endpoints. */
export const isOperationsPath = (path: string): boolean =>
  path === METRICS || path === `${HEALTH}live` || path === `${HEALTH}ready`;

export async function answerOperations(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  {
    metrics,
    isStopping,
    databaseAnswers: answers = databaseAnswers,
    catchingUp: progress = catchingUp,
  }: OperationsSources,
): Promise<void> {
  if (path !== METRICS) {
    const isHealthy = path === `${HEALTH}live` || (!isStopping() && (await answers()));
    // An instance that is catching up serves as usual. The endpoint is public, so it reveals no numbers of people.
    const inProgress = isHealthy && path === `${HEALTH}ready` ? await progress() : [];
    const body = {
      status: isHealthy ? "ok" : "unavailable",
      ...(inProgress.length > 0 ? { catchingUp: inProgress } : {}),
    };
    return answer(response, isHealthy ? 200 : 503, "application/json", JSON.stringify(body));
  }
  if (config().METRICS_TOKEN === "") return answer(response, 404, "text/plain", "METRICS_TOKEN is not set.\n");
  if (!hasToken(request.headers.authorization ?? "")) {
    response.setHeader("www-authenticate", "Bearer");
    return answer(response, 401, "text/plain", "Send the METRICS_TOKEN as a bearer token.\n");
  }
  try {
    answer(response, 200, PROMETHEUS, await metrics());
  } catch (error) {
    logFault("metrics could not be collected", error);
    answer(response, 503, "text/plain", "The metrics could not be collected.\n");
  }
}

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

const hasToken = (authorization: string): boolean =>
  timingSafeEqual(hash(authorization), hash(`Bearer ${config().METRICS_TOKEN}`));

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
