import type { IncomingMessage, ServerResponse } from "node:http";
import { readBytes, readNodeBytes } from "@/lib/http/body";
import { doorOf } from "@/lib/ingest/dialects/routes";
import { unspokenAt } from "@/lib/ingest/dialects/unspoken";
import { handleIngest, routeOf } from "@/lib/ingest/pipeline";

/**
 * The two doors to one handler: plain node:http (server.ts, the fast one) and Next's route handlers (for hosts that
 * only run Next).
 */

/**
 * Is this path ours? A few of OpenPanel's older ones also name pages, so what only GET asks for there stays Next's.
 * `path` is without the query.
 */
export function handlesIngest(path: string, method = "POST"): boolean {
  if (doorOf(path) || unspokenAt(path)) return true;
  const route = routeOf(path);
  return route === "messages" || route === "device-id" || (route !== null && method !== "GET" && method !== "HEAD");
}

/** Answers one request of node:http. Never rejects. */
export async function nodeIngest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await handleIngest({
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: request.headers,
    remoteAddress: request.socket.remoteAddress ?? null,
    receivedAt: Date.now(),
    body: (maxBytes) => readNodeBytes(request, maxBytes),
  });
  if (response.destroyed || response.headersSent) return; // lib/http/under-way let it go meanwhile
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
