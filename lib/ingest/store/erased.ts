import type { Pool } from "@/lib/db/pool";
import type { Erased, Operation } from "@/lib/events/operation";
import type { KnownIdentity } from "@/lib/identity/locked-identities";
import { userRef } from "@/lib/identity/person-ref";
import { type OnDevice, pairKey, refusedOnDevices } from "@/lib/identity/tombstones.queries";

/** What is dropped because its person was erased (docs/identity.md R13). */

/**
 * The erased user ids of a batch that come from devices they were erased on, as `pairKey`s. Costs nothing unless
 * somebody in the batch was erased before.
 */
export async function refusedIn(
  db: Pool,
  projectId: string,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownIdentity>,
): Promise<ReadonlySet<string>> {
  const named = new Map<string, OnDevice>();
  if (![...known.values()].some(({ erasedUntil }) => erasedUntil !== null)) return new Set();
  for (const { user, anon } of operations) {
    if (user === null || anon === null || (known.get(userRef(user))?.erasedUntil ?? null) === null) continue;
    named.set(pairKey({ user, anon }), { user, anon });
  }
  return refusedOnDevices(db, projectId, [...named.values()]);
}

/** Why an operation with these ids is dropped; null: it is not. */
export function erasedBy(
  { user: userId, anon, ts }: Operation,
  user: KnownIdentity | undefined,
  stream: KnownIdentity | undefined,
  refused: ReadonlySet<string>,
): Erased | null {
  const identity = user ?? stream;
  if (!identity || !isErased(identity, ts)) {
    const isRefused = user && userId !== null && anon !== null && refused.has(pairKey({ user: userId, anon }));
    return isRefused ? "device" : null;
  }
  if (identity.erasedUntil !== null && ts <= identity.erasedUntil) return "before";
  return "for good";
}

export const isErased = (identity: KnownIdentity | undefined, ts: number): boolean =>
  identity !== undefined && (identity.suppressed || (identity.erasedUntil !== null && ts <= identity.erasedUntil));
