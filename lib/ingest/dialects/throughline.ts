import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { Outcome } from "@/lib/events/operation";
import { fields, text, type Wire } from "@/lib/ingest/dialects/dialect";
import { sessionOfStream } from "@/lib/ingest/enrich/session.queries";
import { ACCEPTED, type Answer, answerBatch, answerSingle } from "@/lib/ingest/http/answer";
import { BATCH_MAX_MESSAGES } from "@/lib/ingest/parse/clean";
import { credentialsOf } from "@/lib/projects/clients";

/**
 * Our own wire (docs/wire.md), and OpenPanel's: nothing to translate. The endpoint is `messages`, where each message has
 * its type, or the type of the only message, for OpenPanel's first SDKs.
 */
export const throughline: Wire = {
  expects: "The body is a JSON object: one message, or { batch: [ … ] }.",
  answersEach: true,

  /** By header or query; by body for beacons, which carry no headers. */
  credentials({ headers, query, body }) {
    const sent = credentialsOf(headers, query);
    const { clientId, clientSecret } = fields(body);
    return { clientId: sent.clientId ?? text(clientId), secret: sent.secret ?? text(clientSecret) };
  },

  translate({ endpoint, body }) {
    const batch = batchIn(body);
    if (batch === undefined) {
      return { translations: [{ message: endpoint === "messages" ? body : { type: endpoint, payload: body } }] };
    }
    if (!Array.isArray(batch)) throw new AppError("bad_request", "batch is a list of messages.", { field: "batch" });
    if (batch.length > BATCH_MAX_MESSAGES) {
      throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`, { field: "batch" });
    }
    const { sentAt, import: isImport, dropped } = fields(body);
    return { translations: batch.map((message) => ({ message })), sentAt, isImport: isImport === true, dropped };
  },

  async answer({ body, receivedAt }, { messages, parsed, outcomes, isBot }, projectId) {
    const isBatch = batchIn(body) !== undefined;
    if (isBot) return answerBot(isBatch);
    if (isBatch) return answerBatch(parsed, outcomes);
    return answerSingle(parsed, await withSession(outcomes, projectId, receivedAt), messages[0] as object);
  },
};

const batchIn = (body: unknown): unknown => (Array.isArray(body) ? body : fields(body).batch);

/**
 * A message that is no activity (a group, an increment) opens no session. OpenPanel's SDK still adopts the session of any
 * answer, so the answer names the one its stream is in. If that look-up fails the message is stored all the same.
 */
async function withSession(outcomes: readonly Outcome[], projectId: string, now: number): Promise<readonly Outcome[]> {
  const [first, ...rest] = outcomes;
  if (!first || first.sessionId !== null || first.deviceId === null || first.status === "rejected") return outcomes;
  const sessionId = await sessionOfStream(pool(), projectId, first.deviceId, now).catch(() => null);
  return [{ ...first, sessionId }, ...rest];
}

/** Crawlers get a friendly answer and leave nothing behind. */
const answerBot = (isBatch: boolean): Answer => ({
  status: ACCEPTED,
  body: isBatch ? { bot: true, accepted: 0, duplicates: 0, rejected: [] } : { bot: true, deviceId: "", sessionId: "" },
});
