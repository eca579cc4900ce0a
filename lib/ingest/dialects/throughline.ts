import { AppError, type ErrorCode, HTTP_STATUS } from "@/lib/errors";
import type { OperationOutcome } from "@/lib/events/operation";
import { asFields, nonEmptyText, type WireFormat } from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";
import type { ParsedRequest } from "@/lib/ingest/parse/parse";
import { BATCH_MAX_MESSAGES } from "@/lib/ingest/values/limits";
import type { RejectionCode } from "@/lib/ingest/values/message-fault";
import { credentialsOf } from "@/lib/projects/clients";
import type { Recognition } from "@/lib/projects/schemas";

/**
 * Our own wire format (docs/wire.md), and OpenPanel's: nothing to translate. The endpoint is `messages`, where each
 * message has its type, or the type of the only message, for OpenPanel's first SDKs.
 */
export const throughline: WireFormat = {
  expects: "The body is a JSON object: one message, or { batch: [ … ] }.",
  answersEach: true,

  /** In a header or the query, or in the body for beacons, which cannot set headers. */
  credentials({ headers, query, body }) {
    const sent = credentialsOf(headers, query);
    const { clientId, clientSecret } = asFields(body);
    return { clientId: sent.clientId ?? nonEmptyText(clientId), secret: sent.secret ?? nonEmptyText(clientSecret) };
  },

  translate({ endpoint, body }) {
    const batch = batchIn(body);
    const { sentAt, import: isImport, dropped, decided } = asFields(body);
    if (batch === undefined) {
      const message = endpoint === "messages" ? body : { type: endpoint, payload: body };
      return { translations: [{ message }], isDecided: decided === true };
    }
    if (!Array.isArray(batch)) throw new AppError("bad_request", "batch is a list of messages.", { field: "batch" });
    if (batch.length > BATCH_MAX_MESSAGES) {
      throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`, { field: "batch" });
    }
    // Our script, recognised by `dropped`, only sends events of visitors it may record.
    const isDecided = decided === true || typeof dropped === "number";
    const translations = batch.map((message) => ({ message }));
    return { translations, sentAt, isImport: isImport === true, dropped, isDecided };
  },

  /**
   * A message that is not activity (a group, an increment) has no session. OpenPanel's SDK adopts the session id of any
   * response, so the response to such a message gets the stream's current session.
   */
  needsSessionOf: ({ body }, { outcomes }) =>
    batchIn(body) === undefined && lacksSession(outcomes[0]) ? outcomes[0].deviceId : null,

  answer({ body }, { messages, parsed, outcomes, session, isBot }, settings) {
    const isBatch = batchIn(body) !== undefined;
    if (isBot) return answerBot(isBatch);
    if (isBatch) return answerBatch(parsed, outcomes, settings.recognition);
    const [first, ...others] = outcomes;
    const known = lacksSession(first) ? [{ ...first, sessionId: session }, ...others] : outcomes;
    return answerSingle(parsed, known, messages[0] as object);
  },
};

const batchIn = (body: unknown): unknown => (Array.isArray(body) ? body : asFields(body).batch);

const lacksSession = (outcome: OperationOutcome | undefined): outcome is OperationOutcome & { deviceId: string } =>
  outcome !== undefined && outcome.sessionId === null && outcome.deviceId !== null && outcome.status !== "rejected";

/** Crawlers get a success response and nothing is stored. */
const answerBot = (isBatch: boolean): IngestAnswer => ({
  status: ACCEPTED,
  body: isBatch ? { bot: true, accepted: 0, duplicates: 0, rejected: [] } : { bot: true, deviceId: "", sessionId: "" },
});

/** Accepted, but nothing is stored: a replay, a crawler, an erased person. */
const ACCEPTED = 202;

/** `too_old` is answered as unprocessable: the value is valid but not accepted. */
const statusOf = (code: RejectionCode | ErrorCode): number => HTTP_STATUS[code === "too_old" ? "unprocessable" : code];

/**
 * The answer to a single message: its device and session, which OpenPanel's SDK needs, or why it was rejected.
 */
export function answerSingle(
  parsed: ParsedRequest,
  outcomes: readonly OperationOutcome[],
  message: object,
): IngestAnswer {
  const rejection = parsed.rejections[0];
  if (rejection) {
    const { index: _, ...error } = rejection;
    return { status: statusOf(rejection.code), body: { error } };
  }
  const outcome = outcomes[0];
  if (!outcome) return answerIgnored(message);
  if (outcome.status === "rejected") {
    const error = outcome.reason ?? { code: "unprocessable" as const, message: "The event was not stored." };
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

/**
 * The answer to a replay. Echoes its session id, as OpenPanel's SDK stops sending events of a session it does not know.
 */
function answerIgnored(message: object): IngestAnswer {
  const sessionId = (message as { payload?: { sessionId?: unknown } }).payload?.sessionId;
  return { status: ACCEPTED, body: { deviceId: "", sessionId: typeof sessionId === "string" ? sessionId : "" } };
}

/**
 * The answer to a batch: accepted, duplicates and rejected add up to its length. Tells scripts of older snippets that a
 * project is cookieless, so that they remove what they stored.
 */
function answerBatch(
  parsed: ParsedRequest,
  outcomes: readonly OperationOutcome[],
  recognition: Recognition,
): IngestAnswer {
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
  const body = { accepted, duplicates, rejected, ...(warnings.length > 0 ? { warnings } : {}) };
  return { status: 200, body: recognition === "cookieless" ? { ...body, recognition } : body };
}
