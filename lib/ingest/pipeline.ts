import { AppError } from "@/lib/errors";
import { faultOf } from "@/lib/http/faults";
import { eraseUsers } from "@/lib/ingest/corrections/eraser";
import type { DialectRequest, Wire } from "@/lib/ingest/dialects/dialect";
import { doorFor, doorForBody } from "@/lib/ingest/dialects/routes";
import { FROM_BOT, incomingOf, parseIncoming, resultOf } from "@/lib/ingest/dialects/translate";
import { unspokenAt, unspokenBody } from "@/lib/ingest/dialects/unspoken";
import { admit, charge } from "@/lib/ingest/http/admit";
import {
  type Answer,
  answerSingle,
  type IngestResponse,
  notAllowed,
  preflight,
  respond,
} from "@/lib/ingest/http/answer";
import { authenticateSender, senderOf, visitorBehind } from "@/lib/ingest/http/authenticate";
import { readBody } from "@/lib/ingest/http/decode";
import { reportFailure } from "@/lib/ingest/http/failure";
import { reportDropped, reportOutcomes, reportRefusal } from "@/lib/ingest/http/report";
import { addressOf, type IngestRequest } from "@/lib/ingest/http/request";
import { answerUnspoken } from "@/lib/ingest/http/unspoken";
import { submit } from "@/lib/ingest/store/batcher";

/**
 * An event's way in, top to bottom: whichever SDK sent it, one request at a time. Answers when what it carried is
 * committed (docs/wire.md W2). Never throws: every failure is an answer in the API's error shape (W6).
 */
export async function handleIngest(request: IngestRequest): Promise<IngestResponse> {
  if (request.method === "OPTIONS") return preflight(request);
  try {
    return respond(request, await route(request));
  } catch (error) {
    const answer = faultOf(error, `${request.method} ${addressOf(request).path}`);
    await reportFailure(request, error);
    return respond(request, answer);
  }
}

/** Finds whose door the request stands at, and reads its body. */
async function route(request: IngestRequest): Promise<Answer> {
  const { path, query } = addressOf(request);
  const unspoken = unspokenAt(path);
  if (unspoken) return answerUnspoken(unspoken, request);
  const door = doorFor(request.method, path, query);
  if (!door) throw new AppError("not_found", "There is nothing at this path. Events go to POST /track.");
  if (!door.methods.includes(request.method)) return notAllowed(door.methods);
  const { headers, receivedAt } = request;
  if ("fixed" in door)
    return door.fixed({ endpoint: door.endpoint, path, query, headers, receivedAt, body: undefined });
  admit(request);
  if ("lookUp" in door) return door.lookUp(request);

  const { value: body, bytes } = await readBody(request, query, door.dialect.expects);
  const family = unspokenBody(path, body);
  if (family) return answerUnspoken(family, request, body);
  const { endpoint, dialect } = doorForBody(door, body);
  return accept(request, { endpoint, path, query, headers, receivedAt, body }, bytes, dialect);
}

/**
 * A message that cannot be read costs none of its neighbours, and not the request, as SDKs drop or repeat whole requests;
 * only when none of them could be read does the answer to a foreign SDK say why.
 */
async function accept(request: IngestRequest, asked: DialectRequest, bytes: number, dialect: Wire): Promise<Answer> {
  const client = await authenticateSender(dialect.credentials(asked), request);
  const { settings, trusted } = client;
  const arrival = { settings, receivedAt: asked.receivedAt, via: asked.path };
  const visitor = visitorBehind(request, trusted);
  if (visitor?.agent.bot) {
    reportRefusal(arrival, "bot");
    return dialect.answer(asked, FROM_BOT, settings.id);
  }
  const translated = dialect.translate(asked, trusted);
  charge(request, client, translated.translations.length, bytes);
  const incoming = incomingOf(translated);
  const sender = await senderOf(request, client, translated.fromServer && !trusted ? null : visitor, translated);
  // Reading a field applies the project's privacy rules to it: no operation holds what they mask or deny.
  const parsed = parseIncoming(incoming, sender, bytes);
  // Joins the batch that is forming; resolves when it is committed.
  const outcomes = await submit(settings, parsed.operations, bytes);
  reportOutcomes(arrival, incoming.messages, parsed, outcomes);
  reportDropped(arrival, translated.dropped);
  await eraseUsers(incoming.erases, client);
  const isUnreadable = incoming.messages.length > 0 && parsed.rejections.length === incoming.messages.length;
  if (isUnreadable && !dialect.answersEach) return answerSingle(parsed, outcomes, {});
  return dialect.answer(asked, resultOf(incoming, parsed, outcomes), settings.id);
}
