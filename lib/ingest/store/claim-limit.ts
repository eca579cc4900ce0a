import type { Operation } from "@/lib/events/operation";
import type { Stream, User } from "@/lib/identity/locked-identities";
import { MAX_CLAIMS_PER_DAY } from "@/lib/identity/partition";

const DAY_MS = 24 * 60 * 60 * 1000;

type Claimant = { operation: Operation; userId: number | null; streamId: number | null };

/** Whether any of the operations is evidence of a user on a stream where that user had not been seen. */
export const hasNewClaims = (operations: readonly Claimant[], streams: ReadonlyMap<number, Stream>): boolean =>
  operations.some((one) => isNewClaim(one, streams));

const isNewClaim = ({ operation, userId, streamId }: Claimant, streams: ReadonlyMap<number, Stream>): boolean =>
  userId !== null && streamId !== null && operation.claim && !streams.get(streamId)?.seenUsers.includes(userId);

/**
 * Decides which operations count as evidence. A user id that claims more than 200 new streams in 24 hours is probably
 * shared by many people (docs/identity.md R15): further operations stay explicit but claim nothing new. Counts arrivals
 * (`now` in ms), not event times (docs/identity.md X2). Mutates the locked users' counters.
 */
export function limitClaims(
  operations: readonly Claimant[],
  streams: ReadonlyMap<number, Stream>,
  users: ReadonlyMap<number, User>,
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
    const user = users.get(userId as number) as User;
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
    isAdmitted: ({ operation, userId, streamId }: Claimant): boolean =>
      operation.claim && userId !== null && streamId !== null && !refused.has(operation.id),
    warningsOf: ({ operation }: Claimant): string[] =>
      refused.has(operation.id)
        ? [`user id claims more than ${MAX_CLAIMS_PER_DAY} devices a day and looks shared: this device was not claimed`]
        : [],
    /** Users whose claim counters changed. */
    claimants,
  };
}
