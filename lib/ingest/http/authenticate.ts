import { AppError } from "@/lib/errors";
import { plainAddress } from "@/lib/http/network";
import { streamDeriver } from "@/lib/ingest/enrich/daily-salt.store";
import { type Visitor, visitorOf } from "@/lib/ingest/enrich/visitor";
import { headerOf, type IngestRequest, originOf, seenAddress } from "@/lib/ingest/http/request";
import { trustSender } from "@/lib/ingest/http/sending-limits";
import type { Sender } from "@/lib/ingest/parse/reading";
import { privacySignalOf } from "@/lib/ingest/privacy/refusal";
import { type Authenticated, authenticate, type Credentials, KeyRefused } from "@/lib/projects/clients";

/**
 * The client that the credentials belong to, if it may send, and the person behind the request, if any. Throws
 * `unauthorized` and `forbidden` as `authenticate` does. Sets `request.projectId`, also before it throws if the key
 * belongs to a project.
 */
export async function authenticateRequest(
  credentials: Credentials,
  request: IngestRequest,
): Promise<{ client: Authenticated; visitor: Visitor | null }> {
  const client = await authenticate(credentials, originOf(request)).catch((error: unknown) => {
    if (error instanceof KeyRefused) request.projectId = error.projectId;
    throw error;
  });
  request.projectId = client.settings.id;
  if (client.trusted) trustSender(request);
  if (client.mode === "read") {
    throw new AppError("forbidden", "This key only reads. Send events with a write key (Settings, Keys).");
  }
  return { client, visitor: visitorBehind(request, client.trusted) };
}

/**
 * The person behind a request. A request with the client secret comes from the customer's server, which acts for a
 * visitor only if it forwards their address. Without the secret a forwarded address is unverified: it distinguishes the
 * visitors of a first-party proxy (@openpanel/nextjs), but is combined with the address the request came from, so that
 * nobody can write to a stranger's stream by naming their address.
 */
function visitorBehind(request: IngestRequest, trusted: boolean): Visitor | null {
  const userAgent = headerOf(request, "user-agent");
  const forwarded = plainAddress(
    headerOf(request, "throughline-client-ip") ??
      headerOf(request, "openpanel-client-ip") ??
      headerOf(request, "x-client-ip"),
  );
  if (trusted) return forwarded === null ? null : visitorOf(forwarded, userAgent);
  const seen = seenAddress(request);
  if (forwarded === null) return visitorOf(seen, userAgent);
  return { ...visitorOf(forwarded, userAgent), ip: `${forwarded} behind ${seen}` };
}

/** What the parser needs to know about a request. `batch`: fields of the request that apply to all of its messages. */
export async function senderOf(
  request: IngestRequest,
  client: Authenticated,
  visitor: Visitor | null,
  batch: { sentAt?: unknown; isImport?: boolean; isDecided?: boolean } = {},
): Promise<Sender> {
  const mayObject = !client.trusted && !batch.isDecided && client.settings.privacy.respectSignals;
  const deriver = streamDeriver(request.receivedAt);
  const deriveStream = deriver instanceof Promise ? await deriver : deriver;
  return {
    settings: client.settings,
    trusted: client.trusted,
    receivedAt: request.receivedAt,
    origin: originOf(request),
    visitor,
    objection: mayObject ? privacySignalOf(request.headers) : null,
    ignoresAlias: request.headers["openpanel-sdk-name"] !== undefined,
    derive: (person) => deriveStream(client.settings.id, person.ip, person.userAgent),
    sentAt: batch.sentAt,
    isImport: batch.isImport === true,
  };
}
