import type { Pool } from "@/lib/db/pool";
import type { ErasedReason, Operation } from "@/lib/events/operation";
import { pairKey, refusedOnDevices } from "@/lib/identity/erase.store";
import type { IdentityName, KnownIdentity } from "@/lib/identity/locked-identities";
import { refOf } from "@/lib/identity/person-ref";
import { knownEraseKey, resolveIdentities, type UsesOf } from "@/lib/identity/resolve.store";
import type { ProjectSettings } from "@/lib/projects/settings";

/** Binds a batch's operations to internal ids, and drops those whose person was erased (docs/identity.md R13). */

/**
 * An operation with its internal ids. `dropped`: the reason if its person was erased. `ceilingWarnings`: for an id
 * above a ceiling.
 */
export type Bound = {
  operation: Operation;
  index: number;
  userId: number | null;
  streamId: number | null;
  dropped: ErasedReason | null;
  ceilingWarnings: string[];
};

/** `repeats`: the indexes of operations whose id the batch has before. */
export type BoundBatch = { bound: Bound[]; repeats: number[] };

/**
 * If the user is above the ceiling, the operation is stored without its device too: the device may be somebody else's,
 * and a wrong attribution is worse than none.
 */
const OVER_USER = "stored without a person: this project has as many user ids as its ceiling allows";
const OVER_DEVICE = "stored without its device: this project has as many anonymous ids as its ceiling allows";

/** Binds operations to their ids and creates those that are new. Mutable: under locks the engine drops some more. */
export async function bindToIds(
  db: Pool,
  { id: projectId, ceilings }: ProjectSettings,
  operations: readonly Operation[],
): Promise<BoundBatch> {
  const known = await resolveIdentities(db, projectId, namesOf(operations), ceilings, usesOfBatch(operations));
  const refused = await refusedPairs(db, projectId, operations, known);
  const seen = new Set<string>();
  const bound: Bound[] = [];
  const repeats: number[] = [];
  operations.forEach((operation, index) => {
    if (seen.has(operation.id)) {
      repeats.push(index);
      return;
    }
    seen.add(operation.id);
    const user = operation.user === null ? undefined : known.get(refOf("u", operation.user));
    const stream = operation.anon === null ? undefined : known.get(refOf("a", operation.anon));
    bound.push({
      operation,
      index,
      userId: user?.id ?? null,
      // An operation from before its stream's erasure is stored without the stream (docs/identity.md X10).
      streamId: isErased(stream, operation.ts) || user?.isOverCeiling ? null : (stream?.id ?? null),
      dropped: dropReason(operation, user, stream, refused),
      ceilingWarnings: user?.isOverCeiling ? [OVER_USER] : stream?.isOverCeiling ? [OVER_DEVICE] : [],
    });
  });
  return { bound, repeats };
}

function namesOf(operations: readonly Operation[]): Map<string, IdentityName> {
  const names = new Map<string, IdentityName>();
  const name = (kind: "u" | "a", extId: string, streamClass: IdentityName["streamClass"], ts: number): void => {
    const key = refOf(kind, extId);
    const known = names.get(key);
    // The first operation fixes a stream's class (docs/identity.md R3, X6).
    if (!known) names.set(key, { kind, extId, streamClass, newest: ts });
    else if (ts > known.newest) known.newest = ts;
  };
  for (const { user, anon, streamClass, ts } of operations) {
    if (user !== null) name("u", user, null, ts);
    if (anon !== null) name("a", anon, streamClass, ts);
  }
  return names;
}

/**
 * The batch's pairs of a user id and a device that the user was erased on, as `pairKey`s. No query unless an id in the
 * batch was erased before.
 */
async function refusedPairs(
  db: Pool,
  projectId: string,
  operations: readonly Operation[],
  known: ReadonlyMap<string, KnownIdentity>,
): Promise<ReadonlySet<string>> {
  if (![...known.values()].some(({ erasedUntil }) => erasedUntil !== null)) return new Set();
  const named = operations.flatMap(({ user, anon }) =>
    user === null || anon === null || (known.get(refOf("u", user))?.erasedUntil ?? null) === null
      ? []
      : [{ user, anon }],
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
function dropReason(
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

const isErased = (identity: KnownIdentity | undefined, ts: number): boolean =>
  identity !== undefined && (identity.suppressed || (identity.erasedUntil !== null && ts <= identity.erasedUntil));
