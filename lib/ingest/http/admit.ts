import { AppError } from "@/lib/errors";
import { seenAddress } from "@/lib/ingest/http/address";
import { needDiskRoom } from "@/lib/ingest/http/disk-room";
import { countHourlyBytes } from "@/lib/ingest/http/hourly-bytes";
import { chargeKey } from "@/lib/ingest/http/key-limit";
import type { IngestRequest } from "@/lib/ingest/http/request";
import { admitSender, chargeSender } from "@/lib/ingest/http/sender-limit";
import { BATCH_MAX_MESSAGES } from "@/lib/ingest/parse/clean";
import type { Authenticated } from "@/lib/projects/clients";

/**
 * Runs before the body is read. Throws `unavailable` while the disk is nearly full, `rate_limited` when the address
 * sends too much.
 */
export function admit(request: IngestRequest): void {
  needDiskRoom(request.receivedAt);
  admitSender(seenAddress(request), request.receivedAt);
}

/** Bytes of a request that count as one message: addresses and keys are limited in bytes too, an address to 1 MB/s. */
const BYTES_A_MESSAGE = 2_048;
/** The most messages of ours one request may become: one PostHog event can be three. */
const MESSAGES_MAX = 3 * BATCH_MAX_MESSAGES;

/**
 * Runs once the body is read: counts its messages and its unpacked bytes, with the secret against the limit of the key,
 * without it against those of the address and of the project. Throws `too_large`, or `rate_limited` when what the key
 * may send or the project's hour is used up.
 */
export function charge(request: IngestRequest, client: Authenticated, messages: number, bytes: number): void {
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
