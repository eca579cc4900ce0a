import { AppError } from "@/lib/errors";
import { requireDiskRoom } from "@/lib/ingest/http/disk-room";
import { countHourlyBytes } from "@/lib/ingest/http/hourly-bytes";
import { chargeKey } from "@/lib/ingest/http/key-limit";
import { type IngestRequest, seenAddress } from "@/lib/ingest/http/request";
import { admitSender, chargeSender } from "@/lib/ingest/http/sender-limit";
import { BATCH_MAX_MESSAGES } from "@/lib/ingest/values/limits";
import type { Authenticated } from "@/lib/projects/clients";

/**
 * Runs before the body is read. Throws `unavailable` while the disk is nearly full, `rate_limited` when the address
 * sends too much.
 */
export function admitRequest(request: IngestRequest): void {
  requireDiskRoom(request.receivedAt);
  admitSender(seenAddress(request), request.receivedAt);
}

/** Bytes of a request that count as one message: the limits of addresses (1 MB/s) and keys thus cover bytes too. */
const BYTES_A_MESSAGE = 2_048;
/** Messages of our format that one request may become: a PostHog event can become three. */
const MESSAGES_MAX = 3 * BATCH_MAX_MESSAGES;

/**
 * Runs after the body is read: charges its messages and unpacked bytes to the key's limit if the request has the
 * secret, otherwise to those of the address and the project. Throws `too_large`, or `rate_limited` when the key's limit
 * or the project's hourly ceiling is used up.
 */
export function chargeRequest(request: IngestRequest, client: Authenticated, messages: number, bytes: number): void {
  if (messages > MESSAGES_MAX) {
    throw new AppError("too_large", `A batch has at most ${BATCH_MAX_MESSAGES} messages.`);
  }
  const { receivedAt } = request;
  const amount = Math.max(messages, Math.ceil(bytes / BYTES_A_MESSAGE));
  if (client.trusted) {
    chargeKey(client.clientId, amount, receivedAt);
    return;
  }
  chargeSender(seenAddress(request), amount, receivedAt);
  const { id, ceilings } = client.settings;
  countHourlyBytes(id, bytes, ceilings.maxMegabytesPerHour, receivedAt);
}
