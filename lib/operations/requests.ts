import type { IncomingMessage, ServerResponse } from "node:http";
import { pathForLog } from "@/lib/faults/log";
import { jsonLog } from "@/lib/faults/sink";
import type { Metrics, RequestKind } from "@/lib/operations/metrics";
import { addAttributes, traced, tracer } from "@/lib/trace/span";

/** The status that is measured and logged if the sender disconnected before the response, as in nginx. */
const CLIENT_CLOSED = 499;
/** A live view stays open for minutes, so its duration is meaningless. */
const LIVE = "/api/live/";

/** Files of the build and of public/: many per page, and the script for every visitor of a customer's site. */
const FILE = /^\/(?:_next\/|flags\/|pictures\/|[\w-]+\.[\w.-]+$)/;

export type RequestSummary = { id: string; method: string; path: string };

/** Measures a request of ingest; without metrics it costs nothing. */
export function measureIngest(metrics: Metrics | null, response: ServerResponse): void {
  if (metrics) watch(response, (status, ms) => metrics.observe("ingest", status, ms / 1_000));
}

/** Measures and logs a request of a page or the API, not of a file. */
export function recordRequest(
  metrics: Metrics | null,
  { id, method, path }: RequestSummary,
  response: ServerResponse,
): void {
  const log = jsonLog();
  if ((!metrics && !log) || FILE.test(path)) return;
  const kind: RequestKind = path.startsWith("/api/") ? "api" : "page";
  watch(response, (status, ms) => {
    if (!path.startsWith(LIVE)) metrics?.observe(kind, status, ms / 1_000);
    log?.request({ id, method, path: pathForLog(path), status, ms: Math.round(ms) });
  });
}

/**
 * Traces a request of a page or the API, with the same id as in the log; files and live views are not traced. Settles
 * like `work`, but the trace ends with the response at the latest: Next's handler never settles if the client
 * disconnects while the last bytes are on their way.
 */
export async function traceRequest(
  id: string,
  { method = "GET", url = "/" }: Pick<IncomingMessage, "method" | "url">,
  response: ServerResponse,
  work: () => Promise<void>,
): Promise<void> {
  const path = url.split("?", 1)[0] ?? "/";
  if (!tracer() || FILE.test(path) || path.startsWith(LIVE)) return work();
  const route = pathForLog(path);
  const kind: RequestKind = path.startsWith("/api/") ? "api" : "page";
  const attributes = { "http.request.method": method, "http.route": route, "throughline.request_id": id };
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  let working: Promise<void> | undefined;
  await traced(`${kind} ${method} ${route}`, attributes, async () => {
    working = work();
    await Promise.race([working, closed]);
    addAttributes({ "http.response.status_code": response.headersSent ? response.statusCode : CLIENT_CLOSED });
  });
  return working;
}

function watch(response: ServerResponse, note: (status: number, ms: number) => void): void {
  const began = performance.now();
  response.once("close", () =>
    note(response.headersSent ? response.statusCode : CLIENT_CLOSED, performance.now() - began),
  );
}
