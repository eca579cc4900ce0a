import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { type Visitor, visitorOf } from "@/lib/ingest/enrich/context";
import { daySalt, derivedStream } from "@/lib/ingest/enrich/daily-salt";
import { clientAddress, plainAddress } from "@/lib/ingest/http/address";
import { diskRoom } from "@/lib/ingest/http/disk-room";
import { hourlyBytes } from "@/lib/ingest/http/hourly-bytes";
import { senderLimit } from "@/lib/ingest/http/sender-limit";
import type { Sender } from "@/lib/ingest/parse/reading";
import { type Authenticated, authenticate, type Credentials, type HeaderMap, KeyRefused } from "@/lib/projects/clients";

/** Who sent a request to ingest, and on whose behalf: the same for our own format and for every dialect. */

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
  /** Whose it is, once its key said so; also of a key that was then refused. */
  projectId?: string;
};

/** The client behind a key pair that may send. Throws `unauthorized` and `forbidden` as `authenticate` does. */
export async function authenticateSender(credentials: Credentials, request: IngestRequest): Promise<Authenticated> {
  const client = await authenticate(credentials, originOf(request)).catch((error: unknown) => {
    if (error instanceof KeyRefused) request.projectId = error.projectId;
    throw error;
  });
  request.projectId = client.settings.id;
  if (client.trusted) senderLimit().trust(seenAddress(request), request.receivedAt);
  if (client.mode === "read") {
    throw new AppError("forbidden", "This key only reads. Send events with a write key (Settings, Keys).");
  }
  return client;
}

/** Where a request came from, as far as it can be trusted. */
export const seenAddress = ({
  headers,
  remoteAddress,
}: Pick<IngestRequest, "headers" | "remoteAddress">): string | null =>
  clientAddress(remoteAddress, headers["x-forwarded-for"], config().TRUSTED_PROXIES);

/** Before a request's body is read. Throws `unavailable` while the disk is nearly full, `rate_limited` when its address sends too much. */
export function admit(request: IngestRequest): void {
  diskRoom().need(request.receivedAt);
  senderLimit().admit(seenAddress(request), request.receivedAt);
}

/** Bytes of a request that count as one message: what its address may send is bounded in bytes too, about 1 MB/s. */
const BYTES_A_MESSAGE = 2_048;

/**
 * After it was read: it had that many messages and bytes, unpacked. Whoever has the secret may send any number. Throws
 * `rate_limited` when the project has taken in what it may this hour.
 */
export function charge(request: IngestRequest, client: Authenticated, messages: number, bytes: number): void {
  if (client.trusted) return;
  const { receivedAt } = request;
  senderLimit().charge(seenAddress(request), Math.max(messages, Math.ceil(bytes / BYTES_A_MESSAGE)), receivedAt);
  const { id, ceilings } = client.settings;
  hourlyBytes().take(id, bytes, ceilings.maxMegabytesPerHour, receivedAt);
}

const originOf = ({ headers }: IngestRequest): string | null => single(headers.origin);

export const single = (value: string | string[] | undefined): string | null =>
  typeof value === "string" ? value : null;

/**
 * The person whose request this is. With the client secret it is the customer's server: somebody is behind it only if
 * it passes their address on. Without the secret such a header is anybody's claim: it tells the visitors of a
 * first-party proxy (@openpanel/nextjs) apart, but only among those who come from the same address as the claim does,
 * so that nobody can place events on a stranger's stream by naming the stranger's address.
 */
export function visitorBehind({ headers, remoteAddress }: IngestRequest, trusted: boolean): Visitor | null {
  const userAgent = single(headers["user-agent"]);
  const forwarded = plainAddress(
    single(headers["throughline-client-ip"]) ??
      single(headers["openpanel-client-ip"]) ??
      single(headers["x-client-ip"]),
  );
  if (trusted) return forwarded === null ? null : visitorOf(forwarded, userAgent);
  const seen = seenAddress({ headers, remoteAddress });
  if (forwarded === null) return visitorOf(seen, userAgent);
  return { ...visitorOf(forwarded, userAgent), ip: `${forwarded} behind ${seen}` };
}

/** What reading this request's messages needs to know. `batch` is the outside of a batch, {} for a single message. */
export async function senderOf(
  request: IngestRequest,
  client: Authenticated,
  visitor: Visitor | null,
  batch: { sentAt?: unknown; import?: unknown },
): Promise<Sender> {
  const ready = daySalt(request.receivedAt);
  const salt = Buffer.isBuffer(ready) ? ready : await ready;
  return {
    settings: client.settings,
    trusted: client.trusted,
    receivedAt: request.receivedAt,
    origin: originOf(request),
    visitor,
    ignoresAlias: request.headers["openpanel-sdk-name"] !== undefined,
    derive: (person) => derivedStream(salt, client.settings.id, person.ip, person.userAgent),
    sentAt: batch.sentAt,
    isImport: batch.import === true,
  };
}
