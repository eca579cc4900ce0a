import { isDeepStrictEqual } from "node:util";
import type { Operation } from "@/lib/events/operation";
import type { LockedStream, LockedUser } from "@/lib/identity/locked-identities";
import { MAX_CLAIMS_PER_DAY } from "@/lib/identity/partition";
import type { Json } from "@/lib/json";

/** Decisions made on arrival, which later operations do not change (docs/identity.md X2, X9). */

type Arrived = { operation: Operation; userId: number | null; streamId: number | null };

/**
 * Decides which of a batch's operations are evidence, and which identifies change nothing. Awaits the locks of users
 * only if one is new on a device, as otherwise nothing depends on them.
 */
export async function decideOnArrival(
  operations: readonly Arrived[],
  streams: ReadonlyMap<number, LockedStream>,
  locking: Promise<ReadonlyMap<number, LockedUser>>,
  now: number,
) {
  const claims = limitClaims(operations, streams, hasNewClaims(operations, streams) ? await locking : new Map(), now);
  const unchanged = operations.some(isIdentify) ? unchangedAmong(operations, streams, await locking) : NONE;
  return { claims, unchanged };
}

const NONE: ReadonlySet<string> = new Set();

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether any of the operations is evidence of a user on a stream where that user had not been seen. */
const hasNewClaims = (operations: readonly Arrived[], streams: ReadonlyMap<number, LockedStream>): boolean =>
  operations.some((one) => isNewClaim(one, streams));

const isNewClaim = ({ operation, userId, streamId }: Arrived, streams: ReadonlyMap<number, LockedStream>): boolean =>
  userId !== null && streamId !== null && operation.claim && !streams.get(streamId)?.seenUsers.includes(userId);

/**
 * Decides which operations are evidence. A user id that claims more than 200 new streams in 24 hours is probably shared
 * by many people (docs/identity.md R15): its further operations stay explicit but claim nothing new. Counts by time of
 * arrival (`now` in ms), not of the events (docs/identity.md X2). Mutates the locked users' counters.
 */
function limitClaims(
  operations: readonly Arrived[],
  streams: ReadonlyMap<number, LockedStream>,
  users: ReadonlyMap<number, LockedUser>,
  now: number,
) {
  const refused = new Set<string>();
  const admittedNew = new Set<string>();
  const claimants = new Set<number>();
  for (const one of operations) {
    if (!isNewClaim(one, streams)) continue;
    const { operation, userId } = one;
    const pair = `${one.streamId}:${userId}`;
    if (admittedNew.has(pair)) continue;
    const user = users.get(userId as number) as LockedUser;
    if (user.claimsSince === null || now - user.claimsSince > DAY_MS) {
      user.claimsSince = now;
      user.claimsCount = 0;
    }
    if (user.claimsCount >= MAX_CLAIMS_PER_DAY) {
      refused.add(operation.id);
      continue;
    }
    user.claimsCount += 1;
    admittedNew.add(pair);
    claimants.add(userId as number);
  }
  return {
    isAdmitted: ({ operation, userId, streamId }: Arrived): boolean =>
      operation.claim && userId !== null && streamId !== null && !refused.has(operation.id),
    warningsOf: ({ operation }: Arrived): string[] =>
      refused.has(operation.id)
        ? [`user id claims more than ${MAX_CLAIMS_PER_DAY} devices a day and looks shared: this device was not claimed`]
        : [],
    /** Users whose claim counters changed. */
    claimants,
  };
}

const isIdentify = ({ operation, userId }: Arrived): boolean => operation.kind === "identify" && userId !== null;

/**
 * The ids of identifies that change nothing: the user is known, every trait already has that value, and the device is
 * already theirs. Decided on arrival (docs/identity.md X9), taking earlier operations of the batch into account. Pass
 * streams and users as locked, before the batch is applied. O(operations + traits + spans of the streams).
 */
function unchangedAmong(
  arrived: readonly Arrived[],
  streams: ReadonlyMap<number, LockedStream>,
  users: ReadonlyMap<number, LockedUser>,
): Set<string> {
  const unchanged = new Set<string>();
  const state = new KnownState(streams, users);
  for (const one of arrived) {
    if (one.userId === null) continue;
    if (isIdentify(one) && state.changesNothing(one)) unchanged.add(one.operation.id);
    state.apply(one);
  }
  return unchanged;
}

/** The state of users and devices, updated operation by operation. */
class KnownState {
  private readonly seen = new Set<number | null>();
  private readonly owners = new Map<number, number | null>();
  private readonly values = new Map<number | null, Map<string, Json | undefined>>();

  constructor(
    private readonly streams: ReadonlyMap<number, LockedStream>,
    private readonly users: ReadonlyMap<number, LockedUser>,
  ) {}

  changesNothing({ operation, userId, streamId }: Arrived): boolean {
    const user = this.users.get(userId as number);
    const isKnown = this.seen.has(userId) || (user !== undefined && user.createdAt !== null);
    if (!isKnown || operation.changes.some(({ key, value }) => !isDeepStrictEqual(this.valueOf(userId, key), value)))
      return false;
    return streamId === null || !operation.claim || this.ownerOf(streamId, operation.ts) === userId;
  }

  apply({ operation, userId, streamId }: Arrived): void {
    this.seen.add(userId);
    if (streamId !== null && operation.claim) this.owners.set(streamId, userId);
    if (operation.changes.length === 0) return;
    const values = this.values.get(userId) ?? new Map<string, Json | undefined>();
    this.values.set(userId, values);
    // Results of increments and set_once are not computed here: undefined equals no trait.
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
