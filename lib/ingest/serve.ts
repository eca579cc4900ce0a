import type { IncomingMessage, ServerResponse } from "node:http";
import { readBytes, readNodeBytes } from "@/lib/http/body";
import { bodyRefusalOf } from "@/lib/http/under-way";
import { ownRouteOf, routeOf } from "@/lib/ingest/dialects/routes";
import { unsupportedAt } from "@/lib/ingest/dialects/unsupported";
import { handleIngest } from "@/lib/ingest/pipeline";

/**
 * The two entrances to the pipeline: plain node:http (server.ts, the fast one) and Next's route handlers (hosts that
 * only run Next).
 */

/** Whether ingest answers this path. `path` is without the query. */
export function handlesIngest(path: string, method = "POST"): boolean {
  if (routeOf(path) || unsupportedAt(path)) return true;
  const own = ownRouteOf(path);
  return own !== null && !(own.leavesGet && (method === "GET" || method === "HEAD"));
}

/** Answers a request of node:http. Never rejects. */
export async function nodeIngest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await handleIngest({
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? null,
    receivedAt: Date.now(),
    // To its reader, a body that is refused while it arrives looks aborted.
    body: (maxBytes) =>
      readNodeBytes(request, maxBytes).catch((error: unknown) => {
        throw bodyRefusalOf(request) ?? error;
      }),
  });
  if (response.destroyed || response.headersSent) return; // lib/http/under-way has already answered it
  const body = answer.body ?? "";
  response.writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** `export const POST = webIngest` in a route file of Next. */
export async function webIngest(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const answer = await handleIngest({
    method: request.method,
    url: `${url.pathname}${url.search}`,
    headers: Object.fromEntries(request.headers),
    remoteAddress: null,
    receivedAt: Date.now(),
    body: (maxBytes) => readBytes(request.body, maxBytes),
  });
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}
