import { AppError } from "@/lib/errors";
import type { Outcome } from "@/lib/events/operation";
import { eraser } from "@/lib/ingest/corrections/eraser";
import { type DialectRequest, isObject, type Result, type Translation } from "@/lib/ingest/dialects/dialect";
import type { Door } from "@/lib/ingest/dialects/routes";
import { unspokenBody } from "@/lib/ingest/dialects/unspoken";
import { type Answer, answerSingle } from "@/lib/ingest/http/answer";
import { decodeBody } from "@/lib/ingest/http/decode";
import { refuseRequest, takeIn } from "@/lib/ingest/http/report";
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
import { type Parsed, parseMessages } from "@/lib/ingest/parse/parse";
import { cleanUserId } from "@/lib/ingest/parse/reading";
import type { Authenticated } from "@/lib/projects/clients";

/** Messages one request may become: an event of PostHog's can be three of ours. */
const MESSAGES_MAX = 3 * BATCH_MAX_MESSAGES;

/**
 * Answers a request of a foreign SDK at its `door`. `decoded` is its body if somebody read it already. One message that
 * cannot be read costs none of its neighbours and not the request, as SDKs drop or repeat whole requests; only when
 * nothing of it could be read does the answer say why.
 */
export async function answerDialect(
  door: Door,
  request: IngestRequest,
  path: string,
  query: URLSearchParams,
  decoded?: { value: unknown; bytes: number },
): Promise<Answer> {
  if (!door.methods.includes(request.method)) {
    const error = new AppError("method_not_allowed", `Use ${door.methods.join(" or ")} here.`);
    return { status: error.status, headers: { allow: `${door.methods.join(", ")}, OPTIONS` }, body: error.toBody() };
  }
  const { endpoint } = door;
  const outside = { endpoint, path, query, headers: request.headers, receivedAt: request.receivedAt };
  if ("fixed" in door) return door.fixed({ ...outside, body: undefined });

  if (!decoded) admit(request);
  const { value, bytes } = decoded ?? (await readBody(request, query));
  const unspoken = unspokenBody(path, value);
  if (unspoken) return answerUnspoken(unspoken, request, path, query, value);
  const foreign: DialectRequest = { ...outside, body: value };
  const { dialect } = door;
  const client = await authenticateSender(dialect.credentials(foreign), request);
  const seen = visitorBehind(request, client.trusted);
  const arrival = { settings: client.settings, receivedAt: request.receivedAt, via: path, bytes };
  if (seen?.agent.bot) {
    refuseRequest(arrival, "bot");
    return dialect.answer(foreign, { ...NOTHING, isBot: true });
  }

  const { translations: all, sentAt, isImport, fromServer } = dialect.translate(foreign, client.trusted);
  if (all.length > MESSAGES_MAX) throw tooMany();
  charge(request, client, all.length, bytes);
  const toErase = all.flatMap(({ erases }) => erases ?? []);
  if (toErase.length > ERASURES_MAX) throw new AppError("too_large", `At most ${ERASURES_MAX} people at once.`);
  const translations = all.filter(({ erases }) => erases === undefined);
  const visitor = fromServer && !client.trusted ? null : seen;
  const sender = await senderOf(request, client, visitor, { sentAt, import: isImport });
  const messages = translations.map(({ message }) => (fromServer ? upsert(message) : message));
  const readable = translations.map(({ fault }, index) => fault ?? messages[index]);
  const parsed = parseMessages(readable, sender, bytes);
  translations.forEach(({ warning }, index) => {
    const first = parsed.operations[parsed.firstOperation[index] ?? -1];
    if (warning !== undefined && first) first.warnings.push(warning);
  });
  const outcomes = await takeIn(arrival, messages, parsed);
  await eraseEach(toErase, client);
  if (messages.length > 0 && parsed.rejections.length === messages.length) return answerSingle(parsed, outcomes, {});
  const refused = refusedItems(translations, parsed, outcomes);
  return dialect.answer(foreign, { messages, parsed, outcomes, refused, isBot: false });
}

/** People one request may erase: each takes up to 200 ms. */
const ERASURES_MAX = 50;

/** What came in the same request is stored before, and goes with them. */
async function eraseEach(users: readonly string[], { settings, clientId }: Authenticated): Promise<void> {
  if (users.length === 0) return;
  const erase = eraser();
  if (!erase) throw new AppError("unprocessable", "Erase people in the app or with DELETE /api/v1/profiles/{ref}.");
  for (const user of new Set(users)) {
    const { id, warning } = cleanUserId(settings, user);
    if (id === null) throw new AppError("unprocessable", warning ?? "Whom to erase is missing.");
    await erase(settings, id, `client:${clientId}`, Date.now());
  }
}

/** Why items were not stored, by their index in the request; of several reasons the first. */
function refusedItems(translations: readonly Translation[], parsed: Parsed, outcomes: readonly Outcome[]) {
  const faults = new Map(parsed.rejections.map(({ index, message }) => [index, message]));
  const refused = new Map<number, string>();
  translations.forEach(({ item = 0 }, index) => {
    const outcome = outcomes[parsed.firstOperation[index] ?? -1];
    const words = faults.get(index) ?? (outcome?.status === "rejected" ? outcome.reason?.message : undefined);
    if (words !== undefined && !refused.has(item)) refused.set(item, words);
  });
  return refused;
}

const NOTHING: Result = {
  messages: [],
  parsed: { operations: [], firstOperation: [], rejections: [], refusals: [] },
  outcomes: [],
  refused: new Map(),
  isBot: false,
};

/** GET carries the body of a POST in `data`, as base64 or JSON. */
async function readBody(request: IngestRequest, query: URLSearchParams): Promise<{ value: unknown; bytes: number }> {
  const isGet = request.method === "GET";
  const bytes = isGet
    ? Buffer.from(`data=${encodeURIComponent(query.get("data") ?? "")}`)
    : await request.body(REQUEST_MAX_BYTES);
  const read = await decodeBody(bytes, isGet ? undefined : request.headers["content-encoding"]);
  if (typeof read.value !== "object" || read.value === null) {
    throw new AppError("bad_request", "The body is a JSON object or a list.");
  }
  return read;
}

/** A server's identify without a device is a nightly upsert, not activity (docs/identity.md R10). */
function upsert(message: unknown): unknown {
  const isUpsert = isObject(message) && message.type === "identify" && (message.anonymousId ?? null) === null;
  return isUpsert ? { ...message, passive: true } : message;
}

const tooMany = (): AppError => new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`);
