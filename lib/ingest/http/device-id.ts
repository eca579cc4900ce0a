import { pool } from "@/lib/db/pool";
import { throughline } from "@/lib/ingest/dialects/throughline";
import { sessionOfStream } from "@/lib/ingest/enrich/session.queries";
import { admit } from "@/lib/ingest/http/admit";
import type { Answer } from "@/lib/ingest/http/answer";
import { authenticateRequest, senderOf } from "@/lib/ingest/http/authenticate";
import { addressOf, type IngestRequest } from "@/lib/ingest/http/request";

/** `GET /track/device-id`: today's id of a visitor who has none of their own, and the session they are in, if any. */
export async function answerDeviceId(request: IngestRequest): Promise<Answer> {
  admit(request);
  const { headers, receivedAt } = request;
  const asked = { ...addressOf(request), endpoint: "device-id", headers, body: {}, receivedAt };
  const { client, visitor } = await authenticateRequest(throughline.credentials(asked), request);
  if (!visitor) {
    const message = "Send the visitor's address in openpanel-client-ip and their user-agent to learn their id.";
    return { status: 200, body: { deviceId: "", sessionId: "", message } };
  }
  const sender = await senderOf(request, client, visitor);
  const deviceId = sender.derive(visitor);
  const sessionId = await sessionOfStream(pool(), client.settings.id, deviceId, receivedAt);
  return { status: 200, body: { deviceId, sessionId: sessionId ?? "" } };
}
