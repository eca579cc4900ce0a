import type { Pool } from "@/lib/db/pool";
import type { ErasedReason, Operation } from "@/lib/events/operation";
import type { KnownIdentity } from "@/lib/identity/locked-identities";
import { refOf, userRef } from "@/lib/identity/person-ref";
import { knownEraseKey, type UsesOf } from "@/lib/identity/resolve.store";
import { pairKey, refusedOnDevices } from "@/lib/identity/tombstones.queries";

/** Drops operations whose person was erased (docs/identity.md R13). */

/**
 * The batch's pairs of a user id and a device that the user was erased on, as `pairKey`s. No query unless an id in the
 * batch was erased before.
 */
export async function refusedPairs(
  db: Pool,
  projectId: string,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownIdentity>,
): Promise<ReadonlySet<string>> {
  if (![...known.values()].some(({ erasedUntil }) => erasedUntil !== null)) return new Set();
  const named = operations.flatMap(({ user, anon }) =>
    user === null || anon === null || (known.get(userRef(user))?.erasedUntil ?? null) === null ? [] : [{ user, anon }],
  );
  return named.length === 0 ? new Set() : refusedOnDevices(db, projectId, await knownEraseKey(db, projectId), named);
}

/** Looks up a batch's operations by id. Builds its index lazily, as only erased ids are looked up. */
export function usesOfBatch(operations: readonly Operation[]): UsesOf {
  let uses: Map<string, Operation[]> | undefined;
  return ({ kind, extId }) => {
    uses ??= usesByRef(operations);
    return uses.get(refOf(kind, extId)) ?? [];
  };
}

function usesByRef(operations: readonly Operation[]): Map<string, Operation[]> {
  const uses = new Map<string, Operation[]>();
  const add = (ref: string, operation: Operation) => {
    const known = uses.get(ref);
    if (known) known.push(operation);
    else uses.set(ref, [operation]);
  };
  for (const operation of operations) {
    if (operation.user !== null) add(refOf("u", operation.user), operation);
    if (operation.anon !== null) add(refOf("a", operation.anon), operation);
  }
  return uses;
}

/** Why an operation with these ids is dropped; null if it is not. */
export function dropReason(
  { user: userId, anon, ts }: Operation,
  user: KnownIdentity | undefined,
  stream: KnownIdentity | undefined,
  refused: ReadonlySet<string>,
): ErasedReason | null {
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
