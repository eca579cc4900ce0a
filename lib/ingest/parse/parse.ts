import type { Operation } from "@/lib/events/operation";
import { logFault } from "@/lib/faults/log";
import { PageMemo } from "@/lib/ingest/enrich/context";
import { parseMessage } from "@/lib/ingest/parse/message";
import type { Sender } from "@/lib/ingest/parse/reading";
import { placeInSendOrder } from "@/lib/ingest/parse/time";
import { MessageRefused, type Refusal } from "@/lib/ingest/privacy/refusal";
import { privacyRulesOf } from "@/lib/ingest/privacy/rules";
import { MESSAGE_MAX_BYTES } from "@/lib/ingest/values/limits";
import { MessageFault, type RejectionCode } from "@/lib/ingest/values/message-fault";
import { retainedSince, retentionDaysOf } from "@/lib/projects/retention";

/** Accepted but deliberately not stored. */
export type RefusedMessage = { index: number; reason: Refusal; message: string };

export type Rejection = { index: number; code: RejectionCode; message: string; field?: string };

export type ParsedRequest = {
  /** The operations of all messages, in order. */
  operations: Operation[];
  /**
   * For each message the index of its first operation; -1 if it has none (rejected, refused, or accepted and ignored).
   */
  firstOperation: number[];
  rejections: Rejection[];
  refusals: RefusedMessage[];
};

/**
 * Parses messages into operations. A bad one becomes a rejection with its index, without affecting its neighbours; so
 * does a MessageFault, which stands for one that could not be translated. `bytes` is the size of the request: in a
 * small one no message needs measuring. Pure except for new ids.
 */
export function parseMessages(messages: readonly unknown[], sender: Sender, bytes: number): ParsedRequest {
  const parsed: ParsedRequest = { operations: [], firstOperation: [], rejections: [], refusals: [] };
  const operationsByMessage: Operation[][] = [];
  const { origin, settings } = sender;
  const pages = new PageMemo(origin, settings.domain, privacyRulesOf(settings.privacy));
  messages.forEach((raw, index) => {
    try {
      if (raw instanceof MessageFault) throw raw;
      if (bytes > MESSAGE_MAX_BYTES) rejectOversize(raw);
      const operations = withoutExpired(parseMessage(raw, sender, pages), sender);
      parsed.firstOperation.push(operations.length === 0 ? -1 : parsed.operations.length);
      parsed.operations.push(...operations);
      operationsByMessage.push(operations);
    } catch (error) {
      if (error instanceof MessageRefused) {
        parsed.firstOperation.push(-1);
        parsed.refusals.push({ index, reason: error.reason, message: error.message });
        return;
      }
      const { code, message, field } = faultOfMessage(error);
      parsed.firstOperation.push(-1);
      parsed.rejections.push({ index, code, message, ...(field === undefined ? {} : { field }) });
    }
  });
  placeInSendOrder(sender.order, settings.id, operationsByMessage, sender.receivedAt);
  return parsed;
}

/**
 * Drops operations older than the project's retention, so that nothing it deleted comes back (decision 89). An event's
 * identify may be too old although the event is not. Throws MessageRefused if none are left.
 */
function withoutExpired(operations: Operation[], { settings, receivedAt }: Sender): Operation[] {
  const kept = operations.filter(
    (operation) => operation.ts >= retainedSince(settings.retention, operation, receivedAt),
  );
  const [first] = operations;
  if (kept.length > 0 || !first) return kept;
  throw new MessageRefused(
    "expired",
    `older than the ${retentionDaysOf(settings.retention, first)} days for which events are kept`,
  );
}

/** The reason for rejecting a message. Logs our own bugs, which must not affect other messages either. */
export function faultOfMessage(error: unknown): MessageFault {
  if (error instanceof MessageFault) return error;
  logFault("ingest: a message could not be read", error);
  return new MessageFault("unprocessable", "This message cannot be read. It was logged on our side.");
}

/** Exempts replays, which are not stored. */
function rejectOversize(raw: unknown): void {
  if ((raw as { type?: unknown } | null)?.type === "replay") return;
  if (maxBytes(raw, 0) > MESSAGE_MAX_BYTES && sizeOf(raw) > MESSAGE_MAX_BYTES) {
    throw new MessageFault("too_large", `The event has more than ${MESSAGE_MAX_BYTES / 1024} KiB.`);
  }
}

/** The most bytes of a character as JSON ("\u0000") and of a number; below DEPTH_MAX nothing is measured. */
const CHARACTER_BYTES = 6;
const NUMBER_BYTES = 25;
const DEPTH_MAX = 32;

/** An upper bound of the value's size as JSON, ten times faster to compute than the exact size. */
function maxBytes(value: unknown, depth: number): number {
  if (typeof value === "string") return 2 + value.length * CHARACTER_BYTES;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  if (depth > DEPTH_MAX) return Number.POSITIVE_INFINITY;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) bytes += 1 + maxBytes(item, depth + 1);
    return bytes;
  }
  // Object.keys would allocate a list; JSON has no inherited keys.
  for (const key in value)
    bytes += 4 + key.length * CHARACTER_BYTES + maxBytes((value as Record<string, unknown>)[key], depth + 1);
  return bytes;
}

/** Size of the value as JSON in bytes; infinite if it is nested so deeply that serialising it overflows the stack. */
function sizeOf(raw: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(raw) ?? "");
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
