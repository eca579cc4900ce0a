import { isDeepStrictEqual } from "node:util";
import type { Operation } from "@/lib/events/operation";
import type { Stream, User } from "@/lib/identity/locked-identities";
import type { Json } from "@/lib/json";

type Identified = { operation: Operation; userId: number | null; streamId: number | null };

export const isIdentify = ({ operation, userId }: Identified): boolean =>
  operation.kind === "identify" && userId !== null;

/**
 * The ids of identifies that change nothing: the user is known, every trait already has that value, and the device is
 * already the user's. Decided on arrival (docs/identity.md X9), after earlier operations of the batch. Streams and
 * users are as locked, before the batch is applied. O(operations + traits + spans of the streams).
 */
export function unchangedAmong(
  kept: readonly Identified[],
  streams: ReadonlyMap<number, Stream>,
  users: ReadonlyMap<number, User>,
): Set<string> {
  const unchanged = new Set<string>();
  const batch = new Batch(streams, users);
  for (const one of kept) {
    if (one.userId === null) continue;
    if (isIdentify(one) && batch.saysNothingNew(one)) unchanged.add(one.operation.id);
    batch.learn(one);
  }
  return unchanged;
}

/** The known values after each message of a batch. */
class Batch {
  private readonly seen = new Set<number | null>();
  private readonly owners = new Map<number, number | null>();
  private readonly values = new Map<number | null, Map<string, Json | undefined>>();

  constructor(
    private readonly streams: ReadonlyMap<number, Stream>,
    private readonly users: ReadonlyMap<number, User>,
  ) {}

  saysNothingNew({ operation, userId, streamId }: Identified): boolean {
    const user = this.users.get(userId as number);
    const isKnown = this.seen.has(userId) || (user !== undefined && user.createdAt !== null);
    if (!isKnown || operation.changes.some(({ key, value }) => !isDeepStrictEqual(this.valueOf(userId, key), value)))
      return false;
    return streamId === null || !operation.claim || this.ownerOf(streamId, operation.ts) === userId;
  }

  learn({ operation, userId, streamId }: Identified): void {
    this.seen.add(userId);
    if (streamId !== null && operation.claim) this.owners.set(streamId, userId);
    if (operation.changes.length === 0) return;
    const values = this.values.get(userId) ?? new Map<string, Json | undefined>();
    this.values.set(userId, values);
    // The result of an increment or a set_once is not computed here: undefined equals no trait.
    for (const { mode, key, value } of operation.changes) values.set(key, mode === "set" ? value : undefined);
  }

  /** null for a property that was unset, or never set. */
  private valueOf(userId: number | null, key: string): Json | undefined {
    const latest = this.values.get(userId);
    if (latest?.has(key)) return latest.get(key);
    const props = this.users.get(userId as number)?.props;
    const register = props && Object.hasOwn(props, key) ? props[key] : undefined;
    if (!register) return null;
    return register.sum === undefined && register.items === undefined ? register.set?.value : undefined;
  }

  private ownerOf(streamId: number, ts: number): number | null {
    if (this.owners.has(streamId)) return this.owners.get(streamId) as number | null;
    const span = this.streams.get(streamId)?.spans.find(({ from, to }) => from <= ts && ts < to);
    return span?.owner ?? null;
  }
}
