import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { faultOf } from "@/lib/http/faults";
import { submit } from "@/lib/ingest/batcher";
import { BATCH_MAX_MESSAGES, REQUEST_MAX_BYTES } from "@/lib/ingest/clean";
import { corsHeaders, preflightHeaders } from "@/lib/ingest/cors";
import { type Visitor, visitorOf } from "@/lib/ingest/enrich";
import { clientAddress, plainAddress } from "@/lib/ingest/http-address";
import { ACCEPTED, type Answer, answerBatch, answerSingle } from "@/lib/ingest/http-answer";
import { decodeBody } from "@/lib/ingest/http-body";
import type { Outcome } from "@/lib/ingest/operation";
import { parseMessages } from "@/lib/ingest/parse";
import type { Sender } from "@/lib/ingest/parse-base";
import { daySalt, derivedStream } from "@/lib/ingest/visitors";
import { sessionOfStream } from "@/lib/ingest/visitors.queries";
import { type Authenticated, authenticate, credentialsOf, type HeaderMap } from "@/lib/projects/clients";

export type IngestRequest = {
  method: string;
  /** Path and query, as in the request line. */
  url: string;
  /** Names in lower case. */
  headers: HeaderMap;
  /** The other end of the socket; null when the host does not say (Next's route handlers). */
  remoteAddress: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** Reads the body, at most that many bytes; throws `too_large` beyond. */
  body: (maxBytes: number) => Promise<Buffer>;
};

export type IngestResponse = { status: number; headers: Record<string, string>; body: string | null };

/** What each path takes in: `/api` in front and a slash behind make no difference. */
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
  const bare = path.replace(/^\/api(?=\/)/, "").replace(/\/+$/, "");
  return Object.hasOwn(ROUTES, bare) ? (ROUTES[bare] as (typeof ROUTES)[string]) : null;
}

/**
 * Takes one request in and answers when what it carried is committed. Never throws: every failure is an answer in the
 * API's error shape, with CORS headers so that the page's SDK may read it.
 */
export async function handleIngest(request: IngestRequest): Promise<IngestResponse> {
  if (request.method === "OPTIONS") return { status: 204, headers: preflightHeaders(request.headers), body: null };
  let answer: Answer;
  try {
    answer = await route(request);
  } catch (error) {
    answer = faultOf(error, `${request.method} ${request.url.split("?", 1)[0]}`);
  }
  return {
    status: answer.status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...corsHeaders(request.headers),
      ...answer.headers,
    },
    body: JSON.stringify(answer.body),
  };
}

async function route(request: IngestRequest): Promise<Answer> {
  const [path = "/", search = ""] = request.url.split("?", 2);
  const kind = routeOf(path);
  if (kind === null) throw new AppError("not_found", "There is nothing at this path. Events go to POST /track.");
  const expected = kind === "device-id" ? "GET" : "POST";
  if (request.method !== expected) {
    const error = new AppError("method_not_allowed", `Use ${expected} here.`);
    return { status: error.status, headers: { allow: `${expected}, OPTIONS` }, body: error.toBody() };
  }
  const query = search === "" ? undefined : new URLSearchParams(search);
  if (kind === "device-id") return answerDeviceId(request, query);

  const { value, bytes } = await decodeBody(await request.body(REQUEST_MAX_BYTES), request.headers["content-encoding"]);
  if (typeof value !== "object" || value === null) {
    throw new AppError("bad_request", "The body is a JSON object: one message, or { batch: [ … ] }.");
  }
  const body = value as Record<string, unknown>;
  const client = await authenticateIngest(request, query, body);
  const visitor = visitorBehind(request, client.trusted);
  const batch = Array.isArray(value) ? value : body.batch;
  if (visitor?.agent.bot) return answerBot(batch !== undefined);

  if (batch === undefined) {
    const sender = await senderOf(request, client, visitor, {});
    const message = kind === "messages" ? body : { type: kind, payload: body };
    const parsed = parseMessages([message], sender, bytes);
    const outcomes = await submit(client.settings, parsed.operations);
    return answerSingle(parsed, await withSession(outcomes, client, request.receivedAt), message);
  }
  const messages = batchOf(batch);
  const sender = await senderOf(request, client, visitor, body);
  const parsed = parseMessages(messages, sender, bytes);
  return answerBatch(parsed, await submit(client.settings, parsed.operations));
}

function batchOf(batch: unknown): unknown[] {
  if (!Array.isArray(batch)) throw new AppError("bad_request", "batch is a list of messages.", { field: "batch" });
  if (batch.length > BATCH_MAX_MESSAGES) {
    throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`, { field: "batch" });
  }
  return batch;
}

/** The client behind the request: by header, by query, or, from beacons, which carry no headers, by the body. */
async function authenticateIngest(
  request: IngestRequest,
  query: URLSearchParams | undefined,
  body: Record<string, unknown>,
): Promise<Authenticated> {
  const sent = credentialsOf(request.headers, query);
  const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
  const client = await authenticate(
    { clientId: sent.clientId ?? text(body.clientId), secret: sent.secret ?? text(body.clientSecret) },
    originOf(request),
  );
  if (client.mode === "read") {
    throw new AppError("forbidden", "This key only reads. Send events with a write key (Settings, Keys).");
  }
  return client;
}

const originOf = ({ headers }: IngestRequest): string | null =>
  typeof headers.origin === "string" ? headers.origin : null;

const single = (value: string | string[] | undefined): string | null => (typeof value === "string" ? value : null);

/**
 * The person whose request this is. With the client secret it is the customer's server: somebody is behind it only if
 * it passes their address on; without the secret such a header is anybody's claim and is not read.
 */
function visitorBehind(request: IngestRequest, trusted: boolean): Visitor | null {
  const { headers } = request;
  const userAgent = single(headers["user-agent"]);
  if (!trusted) {
    const { TRUSTED_PROXIES } = config();
    return visitorOf(clientAddress(request.remoteAddress, headers["x-forwarded-for"], TRUSTED_PROXIES), userAgent);
  }
  const forwarded =
    single(headers["throughline-client-ip"]) ??
    single(headers["openpanel-client-ip"]) ??
    single(headers["x-client-ip"]);
  const ip = plainAddress(forwarded);
  return ip === null ? null : visitorOf(ip, userAgent);
}

async function senderOf(
  request: IngestRequest,
  client: Authenticated,
  visitor: Visitor | null,
  batch: Record<string, unknown>,
): Promise<Sender> {
  const ready = daySalt(request.receivedAt);
  const salt = Buffer.isBuffer(ready) ? ready : await ready;
  return {
    settings: client.settings,
    trusted: client.trusted,
    receivedAt: request.receivedAt,
    origin: originOf(request),
    visitor,
    derive: (person) => derivedStream(salt, client.settings.id, person.ip, person.userAgent),
    sentAt: batch.sentAt,
    isImport: batch.import === true,
  };
}

/** The id a visitor without one is known by today, and the visit they are in, if any. */
async function answerDeviceId(request: IngestRequest, query: URLSearchParams | undefined): Promise<Answer> {
  const client = await authenticateIngest(request, query, {});
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
