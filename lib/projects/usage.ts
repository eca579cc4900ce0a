import { LRUCache } from "lru-cache";
import type pg from "pg";
import { addNames, type NameKind, readNames, readUses, type Uses } from "./usage.store";

/** For how long what another process made may go unseen, in ms. What this one makes is counted at once. */
const FRESH_MS = 60_000;
/** Projects whose numbers are kept in memory; names take some 100 KiB of one that has used up its ceilings. */
const PROJECTS_MAX = 500;

type Known = { uses?: Uses; usesAt: number; names?: Record<NameKind, Set<string>>; namesAt: number };
const caches = new WeakMap<pg.Pool, LRUCache<string, Known>>();

function knownOf(db: pg.Pool, projectId: string): Known {
  let cache = caches.get(db);
  if (!cache) {
    cache = new LRUCache({ max: PROJECTS_MAX });
    caches.set(db, cache);
  }
  let known = cache.get(projectId);
  if (!known) {
    known = { usesAt: 0, namesAt: 0 };
    cache.set(projectId, known);
  }
  return known;
}

/** How many of each the project holds, by what is remembered: mostly no query. */
export async function usesOf(db: pg.Pool, projectId: string, now = Date.now()): Promise<Uses> {
  const known = knownOf(db, projectId);
  if (!known.uses || now - known.usesAt > FRESH_MS) {
    known.uses = await readUses(db, projectId);
    known.usesAt = now;
  }
  return known.uses;
}

/** What a transaction counted. */
export function noteUses(db: pg.Pool, projectId: string, counted: Partial<Uses>): void {
  const known = knownOf(db, projectId);
  if (known.uses) known.uses = { ...known.uses, ...counted };
}

/** Forgets what is remembered, after an erasure. */
export const forgetUses = (db: pg.Pool): void => caches.get(db)?.clear();

/**
 * Which of the names may be used: those known, and new ones while there is room under the ceiling. A name that is
 * known, or that has no room, costs a look into a set; only a new one that has room costs a statement, once.
 */
export async function namesWithin(
  db: pg.Pool,
  projectId: string,
  kind: NameKind,
  names: readonly string[],
  ceiling: number,
  now = Date.now(),
): Promise<ReadonlySet<string>> {
  const cached = knownOf(db, projectId);
  const stored = cached.names;
  const set = stored?.[kind];
  if (set && names.every((name) => set.has(name))) return set;
  if (!stored || now - cached.namesAt > FRESH_MS) {
    const fresh: Record<NameKind, Set<string>> = { event: new Set(), property: new Set() };
    for (const { kind: of, name } of await readNames(db, projectId)) fresh[of].add(name);
    cached.names = fresh;
    cached.namesAt = now;
  }
  const known = (cached.names as Record<NameKind, Set<string>>)[kind];
  const room = Math.max(0, ceiling - known.size);
  const missing = names.filter((name) => !known.has(name)).slice(0, room);
  if (missing.length > 0) for (const name of await addNames(db, projectId, kind, missing, ceiling)) known.add(name);
  return known;
}
