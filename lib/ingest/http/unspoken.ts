import { rememberStray } from "@/lib/debugger/strays";
import { type Family, unspokenKey, unspokenWords } from "@/lib/ingest/dialects/unspoken";
import { senderNetwork } from "@/lib/ingest/http/address";
import type { Answer } from "@/lib/ingest/http/answer";
import { decodeBody } from "@/lib/ingest/http/decode";
import { noteFault } from "@/lib/ingest/http/report";
import { admit, authenticateSender, type IngestRequest, seenAddress, single } from "@/lib/ingest/http/sender";
import { REQUEST_MAX_BYTES } from "@/lib/ingest/parse/clean";

/**
 * Answers a request of an SDK we don't speak, and tells whoever debugs the installation: in the debugger of the project
 * whose key it carries, or as a stray. `body` is what was read already. Throws `rate_limited` as any request to ingest.
 */
export async function answerUnspoken(
  family: Family,
  request: IngestRequest,
  path: string,
  query: URLSearchParams,
  body?: unknown,
): Promise<Answer> {
  const words = unspokenWords(family);
  const read = body ?? (await readLeniently(request));
  const clientId = unspokenKey(request.headers, query, read);
  await authenticateSender({ clientId, secret: null }, request).catch(() => undefined);
  if (request.projectId) noteFault(request.projectId, request.receivedAt, path, words, true);
  else {
    const sender = { address: senderNetwork(seenAddress(request)), origin: single(request.headers.origin) };
    rememberStray(sender, { at: request.receivedAt, via: path.slice(0, 100), reason: words });
  }
  return family.answer(words);
}

/** Only for the key in it: what cannot be read has none. */
async function readLeniently(request: IngestRequest): Promise<unknown> {
  admit(request);
  if (request.method !== "POST") return undefined;
  const bytes = await request.body(REQUEST_MAX_BYTES);
  return decodeBody(bytes, request.headers["content-encoding"]).then(
    ({ value }) => value,
    () => undefined,
  );
}
