import { MAX_CLAIMS_PER_DAY } from "@/lib/identity/params";
import type { Stream, User } from "@/lib/identity/rows";
import type { Operation } from "./operation";

const DAY_MS = 24 * 60 * 60 * 1000;

type Claimant = { operation: Operation; userId: number | null; streamId: number | null };

/**
 * Decides which operations count as evidence. A user id that claims more than 200 new streams within 24 hours looks
 * shared by many people (an id magnet, R15): from there on its operations stay its own, but claim nothing new.
 * By arrival (`now` in ms), not by event time: a limit, not a rule of attribution. Mutates the locked users' counters.
 */
export function admitClaims(
  kept: readonly Claimant[],
  streams: ReadonlyMap<number, Stream>,
  users: ReadonlyMap<number, User>,
  now: number,
) {
  const refused = new Set<string>();
  const admittedNew = new Set<string>();
  const touched = new Set<number>();
  for (const { operation, userId, streamId } of kept) {
    if (userId === null || streamId === null || !operation.claim) continue;
    const pair = `${streamId}:${userId}`;
    if (streams.get(streamId)?.seenUsers.includes(userId) || admittedNew.has(pair)) continue;
    const user = users.get(userId) as User;
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
    touched.add(userId);
  }
  return {
    admitted: ({ operation, userId, streamId }: Claimant): boolean =>
      operation.claim && userId !== null && streamId !== null && !refused.has(operation.id),
    warningsOf: ({ operation }: Claimant): string[] =>
      refused.has(operation.id)
        ? [`user id claims more than ${MAX_CLAIMS_PER_DAY} devices a day and looks shared: this device was not claimed`]
        : [],
    /** Users whose claim counters changed. */
    touched,
  };
}
