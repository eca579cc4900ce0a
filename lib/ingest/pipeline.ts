import { isHosted } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import { httpFaultOf } from "@/lib/http/handle";
import { eraseUsers } from "@/lib/ingest/corrections/eraser";
import type { DialectRequest, WireFormat } from "@/lib/ingest/dialects/dialect";
import { type MessageRoute, routeFor, routeForBody } from "@/lib/ingest/dialects/routes";
import { answerSingle, throughline } from "@/lib/ingest/dialects/throughline";
import { BOT_RESULT, parseTranslated, RequestResult } from "@/lib/ingest/dialects/translate";
import { type UnsupportedFamily, unsupportedKey, unsupportedMessage } from "@/lib/ingest/dialects/unsupported";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import { admitRequest } from "@/lib/ingest/http/admit";
import { type IngestAnswer, type IngestResponse, preflight, toResponse } from "@/lib/ingest/http/answer";
import { authenticateRequest, senderOf } from "@/lib/ingest/http/authenticate";
import { decodeBody, readIngestBody } from "@/lib/ingest/http/decode";
import {
  type ReportedRequest,
  reportFailure,
  reportOutcomes,
  reportRefusal,
  reportWhole,
} from "@/lib/ingest/http/report";
import { type IngestRequest, splitUrl } from "@/lib/ingest/http/request";
import { chargeRequest } from "@/lib/ingest/http/sending-limits";
import { submit } from "@/lib/ingest/store/batcher";
import { REQUEST_MAX_BYTES } from "@/lib/ingest/values/limits";
import type { Authenticated } from "@/lib/projects/clients";
import { countReceived, countStoredEvents } from "@/lib/projects/received.store";
import { sessionOfStream } from "@/lib/sessions/sessions.store";
import { addAttributes, span, traced } from "@/lib/trace/span";

/**
 * The ingest pipeline, from top to bottom, for every SDK. Responds once the request's messages are committed
 * (docs/wire.md W2). Never throws: every failure is a response in the API's error shape (W6).
 */
export function handleIngest(request: IngestRequest): Promise<IngestResponse> {
  return traced("ingest", { "http.request.method": request.method }, () => respondTo(request));
}

async function respondTo(request: IngestRequest): Promise<IngestResponse> {
  if (request.method === "OPTIONS") return preflight(request.headers);
  let answer: IngestAnswer;
  try {
    answer = await dispatch(request);
  } catch (error) {
    answer = httpFaultOf(error, `${request.method} ${splitUrl(request).path}`);
    await reportFailure(request, error);
  }
  if (answer.status >= 400) answer = request.refusal?.(answer) ?? answer;
  addAttributes({ "http.response.status_code": answer.status });
  return toResponse(request.headers, answer);
}

/** Dispatches a request by its path: messages, or one of the few other requests that SDKs make. */
function dispatch(request: IngestRequest): IngestAnswer | Promise<IngestAnswer> {
  const { path, query } = splitUrl(request);
  const route = routeFor(request.method, path, query);
  if (!route) throw new AppError("not_found", "There is nothing at this path. Events go to POST /track.");
  if ("methods" in route && !route.methods.includes(request.method)) return notAllowed(route.methods);
  if ("dialect" in route) return receive(request, path, query, route);
  const { headers, receivedAt } = request;
  if ("fixed" in route)
    return route.fixed({ endpoint: route.endpoint, path, query, headers, receivedAt, body: undefined });
  if ("lookup" in route) return answerDeviceId(request);
  return answerUnsupported(route.family, request);
}

function notAllowed(methods: readonly string[]): IngestAnswer {
  const error = new AppError("method_not_allowed", `Use ${methods.join(" or ")} here.`);
  return { status: error.status, headers: { allow: `${methods.join(", ")}, OPTIONS` }, body: error.toBody() };
}

async function receive(
  request: IngestRequest,
  path: string,
  query: URLSearchParams,
  route: MessageRoute,
): Promise<IngestAnswer> {
  request.refusal = (route.unread ?? route.dialect).refusal;
  span("admit", () => admitRequest(request));
  const { value: body, bytes } = await span("decode", () => readIngestBody(request, query, route.dialect.expects));
  const target = routeForBody(route, path, body);
  if ("family" in target) return answerUnsupported(target.family, request, body);
  request.refusal = target.dialect.refusal;
  const { headers, receivedAt } = request;
  const sdkRequest = { endpoint: target.endpoint, path, query, headers, receivedAt, body };
  return accept({ request, sdkRequest, bytes, dialect: target.dialect });
}

type Received = { request: IngestRequest; sdkRequest: DialectRequest; bytes: number; dialect: WireFormat };

async function accept(received: Received): Promise<IngestAnswer> {
  const { request, sdkRequest, dialect } = received;
  const { client, visitor } = await span("authenticate", () =>
    authenticateRequest(dialect.credentials(sdkRequest), request),
  );
  if (!visitor?.agent.bot) return store(received, client, visitor);
  reportRefusal(arrivalOf(sdkRequest, client), "bot");
  return dialect.answer(sdkRequest, BOT_RESULT, client.settings);
}

/**
 * Stores a request's messages. An unreadable one fails neither its neighbours nor the request, as SDKs would drop or
 * retry the request as a whole; a dialect's response gives the reason only if every message was unreadable.
 */
async function store(
  { request, sdkRequest, bytes, dialect }: Received,
  client: Authenticated,
  visitor: Visitor | null,
): Promise<IngestAnswer> {
  const { settings, trusted } = client;
  const translated = span("translate", () => dialect.translate(sdkRequest, trusted));
  chargeRequest(request, client, translated.translations.length, bytes);
  const sender = await senderOf(request, client, translated.fromServer && !trusted ? null : visitor, translated);
  // The parser applies the project's privacy rules to each field, so operations hold nothing they mask or deny.
  const { incoming, parsed } = span("parse", () => parseTranslated(translated, sender, bytes));
  addAttributes({ "throughline.endpoint": sdkRequest.endpoint, "throughline.operations": parsed.operations.length });
  // Joins the open batch; resolves when it is committed.
  const outcomes = await submit(settings, parsed.operations, bytes);
  if (isHosted()) countReceived(settings.id, countStoredEvents(parsed.operations, outcomes), request.receivedAt);
  reportOutcomes(arrivalOf(sdkRequest, client), incoming.messages, parsed, outcomes, translated.dropped);
  if (incoming.erases.length > 0) await eraseUsers(incoming.erases, client);
  const isUnreadable = incoming.messages.length > 0 && parsed.rejections.length === incoming.messages.length;
  if (isUnreadable && !dialect.answersEach) return answerSingle(parsed, outcomes, {});
  const result = new RequestResult(incoming, parsed, outcomes);
  const stream = dialect.needsSessionOf?.(sdkRequest, result) ?? null;
  if (stream !== null) result.session = await sessionForAnswer(settings.id, stream, request.receivedAt);
  return dialect.answer(sdkRequest, result, settings);
}

/** If the look-up fails, the answer has no session: the message is stored already. */
const sessionForAnswer = (projectId: string, stream: string, now: number): Promise<string | null> =>
  sessionOfStream(pool(), projectId, stream, now).catch((error: unknown) => {
    logFault("ingest: an answer lacks its session", error);
    return null;
  });

const arrivalOf = ({ receivedAt, path }: DialectRequest, { settings }: Authenticated): ReportedRequest => ({
  settings,
  receivedAt,
  via: path,
});

/** `GET /track/device-id`: today's id of a visitor without an id of their own, and their current session, if any. */
async function answerDeviceId(request: IngestRequest): Promise<IngestAnswer> {
  admitRequest(request);
  const { headers, receivedAt } = request;
  const sdkRequest = { ...splitUrl(request), endpoint: "device-id", headers, body: {}, receivedAt };
  const { client, visitor } = await authenticateRequest(throughline.credentials(sdkRequest), request);
  if (!visitor) {
    const message = "Send the visitor's address in openpanel-client-ip and their user-agent to learn their id.";
    return { status: 200, body: { deviceId: "", sessionId: "", message } };
  }
  const sender = await senderOf(request, client, visitor);
  const deviceId = sender.derive(visitor);
  const sessionId = await sessionOfStream(pool(), client.settings.id, deviceId, receivedAt);
  return { status: 200, body: { deviceId, sessionId: sessionId ?? "" } };
}

/**
 * Responds to an SDK whose protocol we do not support, and reports the request for whoever debugs the installation: in
 * the debugger of the key's project, or as an unmatched request. `knownBody`: the body, if it has already been read.
 * Throws `rate_limited` like any request to ingest.
 */
async function answerUnsupported(
  family: UnsupportedFamily,
  request: IngestRequest,
  knownBody?: unknown,
): Promise<IngestAnswer> {
  const { query } = splitUrl(request);
  const message = unsupportedMessage(family);
  const body = knownBody ?? (await readLeniently(request));
  const clientId = unsupportedKey(request.headers, query, body);
  await authenticateRequest({ clientId, secret: null }, request).catch(() => undefined);
  reportWhole(request, message, true);
  return family.answer(message);
}

/** The body, to find a key in; undefined if it cannot be read. */
async function readLeniently(request: IngestRequest): Promise<unknown> {
  admitRequest(request);
  if (request.method !== "POST") return undefined;
  const bytes = await request.body(REQUEST_MAX_BYTES);
  return decodeBody(bytes, request.headers["content-encoding"]).then(
    ({ value }) => value,
    () => undefined,
  );
}
