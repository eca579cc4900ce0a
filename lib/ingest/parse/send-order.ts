import type { Operation } from "@/lib/events/operation";
import { type Lru, lru } from "@/lib/lru";

/**
 * Devices and users whose newest message is cached, per process; about 200 bytes each. After an eviction messages may
 * tie again.
 */
const KNOWN_MAX = 20_000;

/** How far a message may move, in milliseconds: a time sent in whole seconds stays within its second. */
const MOVED_MAX_MS = 999;

/**
 * The newest message of a device or user: the time it was sent with, the time `at` which it is stored, and whether its
 * id sorts by time.
 */
type Newest = { sentTs: number; at: number; isSorted: boolean };
type Placed = { operations: readonly Operation[]; newest: Newest; before: Newest | undefined };

/**
 * Keeps messages of the same millisecond in the order they were sent. Rows are read by time and id, and only UUIDv7s
 * sort by time: unless two messages of a device or user have such ids, the later is stored a millisecond after the
 * earlier (docs/identity.md X8). Ids do not change, so a repeated message is recognised and keeps its first time (R16).
 */
export class SendOrder {
  private readonly known: Lru<Newest>;

  constructor(knownMax = KNOWN_MAX) {
    this.known = lru(knownMax);
  }

  /**
   * Breaks ties. `messages` holds the operations of each message, in the order sent; nothing moves past `receivedAt`.
   * O(n).
   */
  place(projectId: string, messages: Iterable<readonly Operation[]>, receivedAt: number): void {
    const placed: Placed[] = [];
    for (const operations of messages) {
      const [first] = operations;
      const actor = first ? (first.anon ?? first.user) : null;
      if (!first || actor === null) continue;
      const key = `${projectId}/${actor}`;
      const before = this.known.get(key);
      const isSorted = first.id[VERSION_AT] === "7";
      const tied = before && isTie(before, first.ts, isSorted) ? before : undefined;
      const at = tied ? Math.min(tied.at + 1, first.ts + MOVED_MAX_MS) : first.ts;
      const newest = { sentTs: first.ts, at, isSorted };
      if (!before || at >= before.at) this.known.set(key, newest);
      placed.push({ operations, newest, before: tied });
    }
    // At the time of receipt, the earlier of two messages moves back instead.
    for (const { newest, before } of placed.toReversed()) {
      newest.at = Math.min(newest.at, receivedAt);
      if (before && before.at >= newest.at) before.at = newest.at - 1;
    }
    for (const { operations, newest } of placed) for (const operation of operations) operation.ts = newest.at;
  }
}

/** Position of a UUID's version. */
const VERSION_AT = 14;

/** Whether a message at `ts` would sort before the one sent before it, or in undefined order. */
function isTie(before: Newest, ts: number, isSorted: boolean): boolean {
  const isOrdered = isSorted && before.isSorted && before.at === before.sentTs;
  return ts >= before.sentTs && ts <= before.at && !isOrdered;
}

const shared = globalThis as typeof globalThis & { throughlineOrder?: SendOrder };

/** `place` in the given order, or in the process's own, shared by Next's copies of this module. */
export function placeInSendOrder(
  order: SendOrder | undefined,
  projectId: string,
  messages: Iterable<readonly Operation[]>,
  receivedAt: number,
): void {
  shared.throughlineOrder ??= new SendOrder();
  (order ?? shared.throughlineOrder).place(projectId, messages, receivedAt);
}
