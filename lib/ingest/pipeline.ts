import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Outcome } from "@/lib/events/operation";
import { withoutTrailingSlashes } from "@/lib/format/slashes";
import { faultOf } from "@/lib/http/faults";
import { answerDialect } from "@/lib/ingest/dialects/handle";
import { doorOf, MIXPANEL_TRACK, trackDoor } from "@/lib/ingest/dialects/routes";
import { unspokenAt, unspokenBody } from "@/lib/ingest/dialects/unspoken";
import { sessionOfStream } from "@/lib/ingest/enrich/session.queries";
import { ACCEPTED, type Answer, answerBatch, answerSingle } from "@/lib/ingest/http/answer";
import { corsHeaders, preflightHeaders } from "@/lib/ingest/http/cors";
import { decodeBody } from "@/lib/ingest/http/decode";
import { noteFailure } from "@/lib/ingest/http/failure";
import { noteDropped, refuseRequest, takeIn } from "@/lib/ingest/http/report";
import {
  admit,
  authenticateSender,
  charge,
  type IngestRequest,
  senderOf,
  visitorBehind,
} from "@/lib/ingest/http/sender";
import { answerUnspoken } from "@/lib/ingest/http/unspoken";
import { BATCH_MAX_MESSAGES, REQUEST_MAX_BYTES } from "@/lib/ingest/parse/clean";
import { parseMessages } from "@/lib/ingest/parse/parse";
import { type Authenticated, type Credentials, credentialsOf } from "@/lib/projects/clients";

export type IngestResponse = { status: number; headers: Record<string, string>; body: string | null };

/** Our own paths, with or without `/api` and a trailing slash (docs/wire.md W1); those of other SDKs are in dialects/routes.ts. */
const ROUTES: Record<string, "messages" | "device-id" | "track" | "identify" | "increment" | "decrement"> = {
  "/track": "messages",
  "/track/device-id": "device-id",
  // OpenPanel's first SDKs: the payload alone, its type in the path.
  "/event": "track",
  "/profile": "identify",
  "/profile/increment": "increment",
  "/profile/decrement": "decrement",
};

export function routeOf(path: string): (typeof ROUTES)[string] | null {
  const bare = withoutTrailingSlashes(path.replace(/^\/api(?=\/)/, ""));
  return Object.hasOwn(ROUTES, bare) ? (ROUTES[bare] as (typeof ROUTES)[string]) : null;
}

/**
 * Handles one request and answers once its messages are committed (docs/wire.md W2). Never throws: every failure is an answer in
 * the API's error shape (W6), with CORS headers so that the page's SDK may read it.
 */
export async function handleIngest(request: IngestRequest): Promise<IngestResponse> {
  if (request.method === "OPTIONS") return { status: 204, headers: preflightHeaders(request.headers), body: null };
  let answer: Answer;
  try {
    answer = await route(request);
  } catch (error) {
    answer = faultOf(error, `${request.method} ${request.url.split("?", 1)[0]}`);
    await noteFailure(request, error);
  }
  return {
    status: answer.status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...corsHeaders(request.headers),
      ...answer.headers,
    },
    body: typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body),
  };
}

async function route(request: IngestRequest): Promise<Answer> {
  const [path = "/", search = ""] = request.url.split("?", 2);
  const kind = routeOf(path);
  if (kind === null) {
    const unspoken = unspokenAt(path);
    if (unspoken) return answerUnspoken(unspoken, request, path, new URLSearchParams(search));
    const door = doorOf(path);
    if (door) return answerDialect(door, request, path, new URLSearchParams(search));
    throw new AppError("not_found", "There is nothing at this path. Events go to POST /track.");
  }
  const query = search === "" ? undefined : new URLSearchParams(search);
  if (kind === "messages" && request.method === "GET" && query?.has("data")) {
    return answerDialect(MIXPANEL_TRACK, request, path, query);
  }
  const expected = kind === "device-id" ? "GET" : "POST";
  if (request.method !== expected) {
    const error = new AppError("method_not_allowed", `Use ${expected} here.`);
    return { status: error.status, headers: { allow: `${expected}, OPTIONS` }, body: error.toBody() };
  }
  admit(request);
  if (kind === "device-id") return answerDeviceId(request, query);

  const { value, bytes } = await decodeBody(await request.body(REQUEST_MAX_BYTES), request.headers["content-encoding"]);
  if (typeof value !== "object" || value === null) {
    throw new AppError("bad_request", "The body is a JSON object: one message, or { batch: [ … ] }.");
  }
  const unspoken = unspokenBody(path, value);
  if (unspoken) return answerUnspoken(unspoken, request, path, query ?? new URLSearchParams(), value);
  const foreign = kind === "messages" ? trackDoor(value) : null;
  if (foreign) return answerDialect(foreign, request, path, query ?? new URLSearchParams(), { value, bytes });
  const body = value as Record<string, unknown>;
  const client = await authenticateSender(keysOf(request, query, body), request);
  const visitor = visitorBehind(request, client.trusted);
  const batch = Array.isArray(value) ? value : body.batch;
  const arrival = { settings: client.settings, receivedAt: request.receivedAt, via: path, bytes };
  if (visitor?.agent.bot) {
    refuseRequest(arrival, "bot");
    return answerBot(batch !== undefined);
  }

  if (batch === undefined) {
    charge(request, client, 1, bytes);
    const sender = await senderOf(request, client, visitor, {});
    const message = kind === "messages" ? body : { type: kind, payload: body };
    const parsed = parseMessages([message], sender, bytes);
    const outcomes = await takeIn(arrival, [message], parsed);
    return answerSingle(parsed, await withSession(outcomes, client, request.receivedAt), message);
  }
  const messages = batchOf(batch);
  charge(request, client, messages.length, bytes);
  const sender = await senderOf(request, client, visitor, body);
  const parsed = parseMessages(messages, sender, bytes);
  const outcomes = await takeIn(arrival, messages, parsed);
  noteDropped(arrival, body.dropped);
  return answerBatch(parsed, outcomes);
}

function batchOf(batch: unknown): unknown[] {
  if (!Array.isArray(batch)) throw new AppError("bad_request", "batch is a list of messages.", { field: "batch" });
  if (batch.length > BATCH_MAX_MESSAGES) {
    throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`, { field: "batch" });
  }
  return batch;
}

/** The key pair of a message in our own format: by header, by query, or, from beacons, which carry no headers, by the body. */
function keysOf(
  request: IngestRequest,
  query: URLSearchParams | undefined,
  body: Record<string, unknown>,
): Credentials {
  const sent = credentialsOf(request.headers, query);
  const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  return { clientId: sent.clientId ?? text(body.clientId), secret: sent.secret ?? text(body.clientSecret) };
}

/** The id a visitor without one is known by today, and the visit they are in, if any. */
async function answerDeviceId(request: IngestRequest, query: URLSearchParams | undefined): Promise<Answer> {
  const client = await authenticateSender(keysOf(request, query, {}), request);
  const visitor = visitorBehind(request, client.trusted);
  if (!visitor) {
    const message = "Send the visitor's address in openpanel-client-ip and their user-agent to learn their id.";
    return { status: 200, body: { deviceId: "", sessionId: "", message } };
  }
  const sender = await senderOf(request, client, visitor, {});
  const deviceId = sender.derive(visitor);
  const sessionId = await sessionOfStream(pool(), client.settings.id, deviceId, request.receivedAt);
  return { status: 200, body: { deviceId, sessionId: sessionId ?? "" } };
}

/**
 * What is no activity (a group, an increment) opens no visit. OpenPanel's SDK still takes the session of any answer for
 * its own, so it is told the one its stream is in; should that fail, the message is stored all the same.
 */
async function withSession(outcomes: Outcome[], client: Authenticated, now: number): Promise<Outcome[]> {
  const [first, ...rest] = outcomes;
  if (!first || first.sessionId !== null || first.deviceId === null || first.status === "rejected") return outcomes;
  const sessionId = await sessionOfStream(pool(), client.settings.id, first.deviceId, now).catch(() => null);
  return [{ ...first, sessionId }, ...rest];
}

/** Crawlers get a friendly answer and leave nothing behind. */
const answerBot = (isBatch: boolean): Answer => ({
  status: ACCEPTED,
  body: isBatch ? { bot: true, accepted: 0, duplicates: 0, rejected: [] } : { bot: true, deviceId: "", sessionId: "" },
});
