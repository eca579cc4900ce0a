import { LRUCache } from "lru-cache";
import sql from "sql-template-tag";
import type { Database, Pool, Tx } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";

/** The delay until rows created by another process count, in ms. Rows created by this one count at once. */
const FRESH_MS = 60_000;
/** Projects whose numbers are cached; the names of one that has used up its ceilings take some 100 KiB. */
const PROJECTS_MAX = 500;

type Known = { uses?: Usage; usesAt: number; names?: Record<NameKind, Set<string>>; namesAt: number };
const caches = new WeakMap<Pool, LRUCache<string, Known>>();

function knownOf(db: Pool, projectId: string): Known {
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

/** How much a project uses, usually from the cache, without a query. */
export async function usageOf(db: Pool, projectId: string, now = Date.now()): Promise<Usage> {
  const known = knownOf(db, projectId);
  if (!known.uses || Math.abs(now - known.usesAt) > FRESH_MS) {
    known.uses = await readUsage(db, projectId);
    known.usesAt = now;
  }
  return known.uses;
}

/** Updates the cache with the totals that a transaction has written. */
export function cacheUsage(db: Pool, projectId: string, counted: Partial<Usage>): void {
  const known = knownOf(db, projectId);
  if (known.uses) known.uses = { ...known.uses, ...counted };
}

/**
 * The names that may be used: known ones, and new ones while there is room under the ceiling. Known names, and new ones
 * for which there is no room, cost a set lookup; a new one that fits costs a statement, once.
 */
export async function namesWithinCeiling(
  db: Pool,
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
  if (!stored || Math.abs(now - cached.namesAt) > FRESH_MS) {
    const fresh: Record<NameKind, Set<string>> = { event: new Set(), property: new Set() };
    for (const row of await readUsedNames(db, projectId)) fresh[row.kind].add(row.name);
    cached.names = fresh;
    cached.namesAt = now;
  }
  const known = (cached.names as Record<NameKind, Set<string>>)[kind];
  const room = Math.max(0, ceiling - known.size);
  const missing = names.filter((name) => !known.has(name)).slice(0, room);
  if (missing.length > 0) for (const name of await addUsedNames(db, projectId, kind, missing, ceiling)) known.add(name);
  return known;
}

/** What is counted per project: rows, and the bytes of property values. */
export const USAGE_KINDS = ["people", "devices", "accounts", "values"] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];
export type Usage = Record<UsageKind, number>;

/** How much a project uses. Primary key. */
export async function readUsage(db: Database, projectId: string): Promise<Usage> {
  const { rows } = await db.query<{ kind: UsageKind; used: number }>(
    prepared(sql`SELECT kind, used FROM project_usage WHERE project_id = ${projectId}`),
  );
  const uses: Usage = { people: 0, devices: 0, accounts: 0, values: 0 };
  for (const { kind, used } of rows) uses[kind] = used;
  return uses;
}

/**
 * Counts rows created (or, if negative, deleted) in this transaction, in the order of the kinds, and caches the totals.
 * Call it as late as possible: the next transaction that creates any waits for this one's commit. Primary key.
 */
export async function addUsage(db: Pool, tx: Tx, projectId: string, more: Partial<Usage>): Promise<void> {
  const changed = Object.entries(more)
    .filter(([, count]) => count !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (changed.length === 0) return;
  const { rows } = await tx.query<{ kind: UsageKind; used: number }>(
    prepared(sql`
      INSERT INTO project_usage AS u (project_id, kind, used)
      SELECT ${projectId}::uuid, q.kind, q.more
        FROM unnest(${changed.map(([kind]) => kind)}::text[],
                    ${changed.map(([, count]) => count)}::bigint[]) q(kind, more)
       WHERE q.more > 0 OR EXISTS (SELECT FROM project_usage o
                                    WHERE o.project_id = ${projectId} AND o.kind = q.kind)
      ON CONFLICT (project_id, kind) DO UPDATE SET used = greatest(u.used + excluded.used, 0)
      RETURNING kind, used`),
  );
  cacheUsage(db, projectId, Object.fromEntries(rows.map(({ kind, used }) => [kind, used])));
}

/** The kinds of names a project has. */
export type NameKind = "event" | "property";

/** The names used in a project. Primary key; as many rows as its ceilings allow. */
export async function readUsedNames(db: Database, projectId: string): Promise<{ kind: NameKind; name: string }[]> {
  const { rows } = await db.query<{ kind: NameKind; name: string }>(
    prepared(sql`SELECT kind, name FROM project_names WHERE project_id = ${projectId}`),
  );
  return rows;
}

/**
 * Adds names, in order, while there is room under the ceiling, and returns those that are now known, including those
 * added by other processes. Counts the existing ones, but only if a name is new. Primary key.
 */
export async function addUsedNames(
  db: Database,
  projectId: string,
  kind: NameKind,
  names: readonly string[],
  ceiling: number,
): Promise<string[]> {
  await db.query(sql`
    INSERT INTO project_names (project_id, kind, name)
    SELECT ${projectId}::uuid, ${kind}, name
      FROM (SELECT q.name, row_number() OVER (ORDER BY q.place) AS place
              FROM unnest(${names}::text[]) WITH ORDINALITY q(name, place)
             WHERE NOT EXISTS (SELECT 1
                                 FROM project_names n
                                WHERE n.project_id = ${projectId} AND n.kind = ${kind} AND n.name = q.name)) fresh
     WHERE place <= ${ceiling}::bigint - (SELECT count(*)
                                            FROM project_names
                                           WHERE project_id = ${projectId} AND kind = ${kind})
     ORDER BY name COLLATE "C"
    ON CONFLICT DO NOTHING`);
  const { rows } = await db.query<{ name: string }>(sql`
    SELECT name
      FROM project_names
     WHERE project_id = ${projectId} AND kind = ${kind} AND name = ANY(${names}::text[])`);
  return rows.map((row) => row.name);
}
