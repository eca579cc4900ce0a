import { createHmac } from "node:crypto";
import { LRUCache } from "lru-cache";
import type pg from "pg";
import type { Ceilings } from "@/lib/projects/settings";
import { usesOf } from "@/lib/projects/usage";
import type { IdentityName, KnownIdentity } from "./locked-identities";
import { refOf } from "./person-ref";
import { createIdentities, eraseKey, existingNames } from "./resolve.store";

/** Ids cached per database: about 60 MB when full. Only the immutable mapping is cached (docs/identity.md P2). */
const MAX_CACHED_IDENTITIES = 200_000;

const caches = new WeakMap<pg.Pool, { ids: LRUCache<string, KnownIdentity>; keys: Map<string, string> }>();

function cacheOf(db: pg.Pool) {
  let cache = caches.get(db);
  if (!cache) {
    cache = { ids: new LRUCache({ max: MAX_CACHED_IDENTITIES }), keys: new Map() };
    caches.set(db, cache);
  }
  return cache;
}

const cacheKey = (projectId: string, { kind, extId }: IdentityName) => `${projectId}${kind}${extId}`;

/**
 * Internal ids for the names, made where unknown, in a short transaction of its own before the batch's (phase 0 of the
 * lock order). Answers by the name's ref (`a:x` and `u:x` are unrelated, R2). Costs nothing but a map look-up for names
 * seen before. With `ceilings` no more new ones are made than there is room for, in the order of the names.
 */
export async function resolveIdentities(
  db: pg.Pool,
  projectId: string,
  names: ReadonlyMap<string, IdentityName>,
  ceilings: Pick<Ceilings, "maxPeople" | "maxDevices"> | null = null,
): Promise<Map<string, KnownIdentity>> {
  const { ids, keys } = cacheOf(db);
  const out = new Map<string, KnownIdentity>();
  const unknown: IdentityName[] = [];
  for (const [key, name] of names) {
    const known = ids.get(cacheKey(projectId, name));
    if (known) out.set(key, known);
    else unknown.push(name);
  }
  if (unknown.length === 0) return out;
  let secret = keys.get(projectId);
  if (!secret) {
    secret = await eraseKey(db, projectId);
    keys.set(projectId, secret);
  }
  const admitted = ceilings ? await withRoom(db, projectId, unknown, ceilings) : unknown;
  if (admitted.length < unknown.length) {
    const within = new Set(admitted);
    for (const name of unknown)
      if (!within.has(name))
        out.set(refOf(name.kind, name.extId), { id: null, isOver: true, erasedUntil: null, suppressed: false });
  }
  if (admitted.length === 0) return out;
  const found = await createIdentities(db, projectId, admitted, (name) => tombstone(secret, name.kind, name.extId));
  for (const { name, known } of found) {
    if (known.id !== null) ids.set(cacheKey(projectId, name), known);
    out.set(refOf(name.kind, name.extId), known);
  }
  return out;
}

/** The names that exist or that there is room for. Asks which exist only when the project is near a ceiling. */
async function withRoom(
  db: pg.Pool,
  projectId: string,
  names: readonly IdentityName[],
  { maxPeople, maxDevices }: Pick<Ceilings, "maxPeople" | "maxDevices">,
): Promise<readonly IdentityName[]> {
  const { people, devices } = await usesOf(db, projectId);
  const room = { u: maxPeople - people, a: maxDevices - devices };
  const wanted = { u: 0, a: 0 };
  for (const { kind } of names) wanted[kind] += 1;
  const scarce = names.filter(({ kind }) => wanted[kind] > room[kind]);
  if (scarce.length === 0) return names;
  const known = await existingNames(db, projectId, scarce);
  return names.filter(
    ({ kind, extId }) => wanted[kind] <= room[kind] || known.has(refOf(kind, extId)) || room[kind]-- > 0,
  );
}

/** Clears the cache after an erasure, or when a lock finds a stale id (docs/identity.md P10). */
export function forgetIdentities(db: pg.Pool): void {
  caches.get(db)?.ids.clear();
}

/** What remains of an erased id: an HMAC under the project's key, which can be matched but not read back (R13). */
export function tombstone(key: string, kind: "u" | "a", extId: string): Buffer {
  return createHmac("sha256", key).update(refOf(kind, extId)).digest();
}
