import type { Operation } from "@/lib/events/operation";
import { logFault } from "@/lib/faults/log";
import { MESSAGE_MAX_BYTES, MessageFault, type RejectionCode } from "@/lib/ingest/parse/clean";
import { parseMessage } from "@/lib/ingest/parse/message";
import type { Sender } from "@/lib/ingest/parse/reading";
import { sendOrder } from "@/lib/ingest/parse/send-order";
import { MessageRefused, type Refusal } from "@/lib/ingest/privacy/refusal";

/** Accepted, and on purpose not stored. */
export type RefusedMessage = { index: number; reason: Refusal; message: string };

export type Rejection = { index: number; code: RejectionCode; message: string; field?: string };

export type Parsed = {
  /** All operations of all messages, in their order. */
  operations: Operation[];
  /** For each message the index of its first operation; -1 when it has none (rejected, refused, or accepted and ignored). */
  firstOperation: number[];
  rejections: Rejection[];
  refusals: RefusedMessage[];
};

/**
 * Messages as operations. A bad one becomes a rejection with its index and costs none of its neighbours; a MessageFault
 * among them stands for one that could not even be translated. Pure but for new ids; `bytes` is the size of the whole, so that small requests need not be measured again message by message.
 */
export function parseMessages(messages: readonly unknown[], sender: Sender, bytes: number): Parsed {
  const parsed: Parsed = { operations: [], firstOperation: [], rejections: [], refusals: [] };
  const read: Operation[][] = [];
  messages.forEach((raw, index) => {
    try {
      if (raw instanceof MessageFault) throw raw;
      if (bytes > MESSAGE_MAX_BYTES) refuseOversize(raw);
      const operations = parseMessage(raw, sender);
      parsed.firstOperation.push(operations.length === 0 ? -1 : parsed.operations.length);
      parsed.operations.push(...operations);
      read.push(operations);
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
  (sender.order ?? sendOrder()).place(sender.settings.id, read, sender.receivedAt);
  return parsed;
}

/** Why one message was refused. A fault of ours in reading it is logged, and still costs no neighbour. */
export function faultOfMessage(error: unknown): MessageFault {
  if (error instanceof MessageFault) return error;
  logFault("ingest: a message could not be read", error);
  return new MessageFault("unprocessable", "This message cannot be read. It was logged on our side.");
}

/** Replays are ignored, not stored, so only the request's own limit holds for them. */
function refuseOversize(raw: unknown): void {
  if ((raw as { type?: unknown } | null)?.type === "replay") return;
  if (mostBytes(raw, 0) > MESSAGE_MAX_BYTES && sizeOf(raw) > MESSAGE_MAX_BYTES) {
    throw new MessageFault("too_large", `The event has more than ${MESSAGE_MAX_BYTES / 1024} KiB.`);
  }
}

/** A character as JSON takes six bytes at most ("\u0000"), a number 25; depth beyond which nobody adds up. */
const CHARACTER_BYTES = 6;
const NUMBER_BYTES = 25;
const DEPTH_MAX = 32;

/** At least as many bytes as the value has as JSON, without writing it: ten times faster than being exact. */
function mostBytes(value: unknown, depth: number): number {
  if (typeof value === "string") return 2 + value.length * CHARACTER_BYTES;
  if (typeof value !== "object" || value === null) return NUMBER_BYTES;
  if (depth > DEPTH_MAX) return Number.POSITIVE_INFINITY;
  let bytes = 2;
  if (Array.isArray(value)) {
    for (const item of value) bytes += 1 + mostBytes(item, depth + 1);
    return bytes;
  }
  for (const key of Object.keys(value))
    bytes += 4 + key.length * CHARACTER_BYTES + mostBytes((value as Record<string, unknown>)[key], depth + 1);
  return bytes;
}

/** Bytes of the value as JSON. Infinite for what is nested so deeply that writing it would overflow the stack. */
function sizeOf(raw: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(raw) ?? "");
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}
