import { type Family, unspokenKey, unspokenText } from "@/lib/ingest/dialects/unspoken";
import { admit } from "@/lib/ingest/http/admit";
import type { Answer } from "@/lib/ingest/http/answer";
import { authenticateRequest } from "@/lib/ingest/http/authenticate";
import { decodeBody } from "@/lib/ingest/http/decode";
import { reportWhole } from "@/lib/ingest/http/report";
import { addressOf, type IngestRequest } from "@/lib/ingest/http/request";
import { REQUEST_MAX_BYTES } from "@/lib/ingest/parse/clean";

/**
 * Answers a request of an SDK whose protocol we do not speak, and reports it for whoever debugs the installation: in
 * the debugger of the project whose key it carries, or as an unmatched request. `read`: its body, if it was read
 * already. Throws `rate_limited` like any request to ingest.
 */
export async function answerUnspoken(family: Family, request: IngestRequest, read?: unknown): Promise<Answer> {
  const { query } = addressOf(request);
  const words = unspokenText(family);
  const body = read ?? (await readLeniently(request));
  const clientId = unspokenKey(request.headers, query, body);
  await authenticateRequest({ clientId, secret: null }, request).catch(() => undefined);
  reportWhole(request, words, true);
  return family.answer(words);
}

/** Only its key is needed; a body that cannot be read has none. */
async function readLeniently(request: IngestRequest): Promise<unknown> {
  admit(request);
  if (request.method !== "POST") return undefined;
  const bytes = await request.body(REQUEST_MAX_BYTES);
  return decodeBody(bytes, request.headers["content-encoding"]).then(
    ({ value }) => value,
    () => undefined,
  );
}
