import sql from "sql-template-tag";
import { type Database, type Pool, pipelined, type UnitOfWork } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { type Lru, lru } from "@/lib/lru";
import { eraseKey } from "@/lib/projects/erase.store";
import type { Ceilings } from "@/lib/projects/settings";
import { addUsage, usageOf } from "@/lib/projects/usage.store";
import { pairKey, refusedOnDevices, tombstone } from "./erase.store";
import type { IdentityName, KnownIdentity } from "./locked-identities";
import { refOf } from "./person-ref";
import { refSql } from "./person-ref.queries";

/** Ids cached per database: about 20 MB. Only the immutable mapping is cached (docs/identity.md P2). */
const MAX_CACHED_IDENTITIES = 50_000;

const caches = new WeakMap<Pool, { ids: Lru<KnownIdentity>; keys: Map<string, string> }>();

function cacheOf(db: Pool) {
  let cache = caches.get(db);
  if (!cache) {
    cache = { ids: lru(MAX_CACHED_IDENTITIES), keys: new Map() };
    caches.set(db, cache);
  }
  return cache;
}

/** A batch's uses of an id: with which user id (null: anonymously), on which device (null: none), and when, in ms. */
export type UsesOf = (name: IdentityName) => readonly { user: string | null; anon: string | null; ts: number }[];

const cacheKey = (projectId: string, { kind, extId }: IdentityName) => `${projectId}${kind}${extId}`;

/**
 * Internal ids by the names' refs (`a:x` and `u:x` are unrelated, R2). Creates unknown ones in a short transaction
 * before the batch's own (phase 0 of the lock order), with `ceilings` only while there is room, in the order of the
 * names. Cached names cost a map lookup. `usesOf` keeps erased user ids from being created again for devices they were
 * erased on.
 */
export async function resolveIdentities(
  db: Pool,
  projectId: string,
  names: ReadonlyMap<string, IdentityName>,
  ceilings: Pick<Ceilings, "maxPeople" | "maxDevices"> | null = null,
  usesOf: UsesOf = () => [],
): Promise<Map<string, KnownIdentity>> {
  const { ids } = cacheOf(db);
  const resolved = new Map<string, KnownIdentity>();
  const unknown: IdentityName[] = [];
  for (const [key, name] of names) {
    const known = ids.get(cacheKey(projectId, name));
    if (known) resolved.set(key, known);
    else unknown.push(name);
  }
  if (unknown.length === 0) return resolved;
  const secret = await knownEraseKey(db, projectId);
  const admitted = ceilings ? await namesWithRoom(db, projectId, unknown, ceilings) : unknown;
  if (admitted.length < unknown.length) {
    const within = new Set(admitted);
    for (const name of unknown)
      if (!within.has(name))
        resolved.set(refOf(name.kind, name.extId), {
          id: null,
          isOverCeiling: true,
          erasedUntil: null,
          suppressed: false,
        });
  }
  if (admitted.length === 0) return resolved;
  const found = await createIdentities(db, projectId, admitted, secret, usesOf);
  for (const { name, known } of found) {
    if (known.id !== null) ids.set(cacheKey(projectId, name), known);
    resolved.set(refOf(name.kind, name.extId), known);
  }
  return resolved;
}

/** `eraseKey`, cached: a project's never changes. */
export async function knownEraseKey(db: Pool, projectId: string): Promise<string> {
  const { keys } = cacheOf(db);
  const known = keys.get(projectId) ?? (await eraseKey(db, projectId));
  keys.set(projectId, known);
  return known;
}

/** The names that exist or fit below the ceilings. Checks which exist only if the project is near a ceiling. */
async function namesWithRoom(
  db: Pool,
  projectId: string,
  names: readonly IdentityName[],
  { maxPeople, maxDevices }: Pick<Ceilings, "maxPeople" | "maxDevices">,
): Promise<readonly IdentityName[]> {
  const { people, devices } = await usageOf(db, projectId);
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

/** Clears the cache, after an erasure or when a lock finds a stale id (docs/identity.md P10). */
export function forgetIdentities(db: Pool): void {
  caches.get(db)?.ids.clear();
}

/**
 * Creates the missing identities, each with its profile or its single whole span, and reads all of them, also those
 * that another call created meanwhile. Inserts in (kind, ext_id) order (phase 0 of the lock order), so that concurrent
 * calls cannot deadlock. Looks up tombstones after the insert, to see an erasure that the insert waited for, and
 * removes erased identities without newer operations again before the commit. The commit does not wait for the disk:
 * the batch's own does.
 */
export async function createIdentities(
  db: Pool,
  projectId: string,
  names: readonly IdentityName[],
  secret: string,
  usesOf: UsesOf = () => [],
): Promise<{ name: IdentityName; known: KnownIdentity }[]> {
  const kinds = names.map((n) => n.kind);
  const extIds = names.map((n) => n.extId);
  const classes = names.map((n) => n.streamClass);
  const hashes = names.map(({ kind, extId }) => tombstone(secret, kind, extId));
  return pipelined(db, async (unit) => {
    const { tx } = unit;
    unit.defer(tx.query("SET LOCAL synchronous_commit = off"));
    const inserting = tx.query<{ id: number; kind: IdentityName["kind"] }>(
      prepared(sql`
        WITH new_identities AS (
          INSERT INTO identities (project_id, kind, ext_id, stream_class, profile_id)
          SELECT ${projectId}::uuid, kind, ext_id, class, CASE WHEN kind = 'u' THEN nextval('profile_id_seq') END
            FROM unnest(${kinds}::text[], ${extIds}::text[], ${classes}::text[]) t(kind, ext_id, class)
           ORDER BY kind, ext_id ON CONFLICT (project_id, kind, ext_id) DO NOTHING
          RETURNING id, kind, ext_id, profile_id),
        whole_spans AS (
          INSERT INTO spans (project_id, stream_id) SELECT ${projectId}::uuid, id FROM new_identities WHERE kind = 'a'),
        new_profiles AS (
          INSERT INTO profiles (project_id, id, display_id, search_text)
          SELECT ${projectId}::uuid, profile_id, ext_id, lower(ext_id) FROM new_identities WHERE kind = 'u'),
        new_stats AS (
          INSERT INTO profile_stats (project_id, profile_id)
          SELECT ${projectId}::uuid, profile_id
            FROM new_identities
           WHERE kind = 'u')
        SELECT id, kind FROM new_identities`),
    );
    unit.defer(inserting);
    unit.defer(
      tx.query(
        prepared(sql`
          UPDATE identities i SET erased_until = e.until, suppressed = e.suppress
            FROM (SELECT t.kind, t.ext_id, e.until, e.suppress
                    FROM unnest(${kinds}::text[], ${extIds}::text[], ${hashes}::bytea[]) t(kind, ext_id, hash)
                    JOIN erased_ids e ON e.project_id = ${projectId} AND e.kind = t.kind AND e.id_hash = t.hash
                  OFFSET 0) e -- first, as it is mostly empty
           WHERE i.project_id = ${projectId} AND i.kind = e.kind AND i.ext_id = e.ext_id AND i.erased_until IS NULL`),
      ),
    );
    const { rows } = await tx.query<IdentityColumns>(
      prepared(sql`
        SELECT t.n::int AS n, i.id, i.profile_id, i.erased_until, i.suppressed
          FROM unnest(${kinds}::text[], ${extIds}::text[]) WITH ORDINALITY t(kind, ext_id, n)
          JOIN identities i ON i.project_id = ${projectId} AND i.kind = t.kind AND i.ext_id = t.ext_id`),
    );
    const insertedIds = new Set((await inserting).rows.map((row) => row.id));
    const nameOf = (row: { n: number }) => names[row.n - 1] as IdentityName;
    const erased = rows.filter((row) => insertedIds.has(row.id) && (row.suppressed || row.erased_until !== null));
    const isRecreated = (row: IdentityColumns) => !row.suppressed && nameOf(row).newest > (row.erased_until ?? 0);
    const refused = await refusedAmong(tx, projectId, secret, erased.filter(isRecreated), { nameOf, usesOf });
    const withdrawn = erased.filter((row) => !isRecreated(row) || refused.has(row));
    if (withdrawn.length > 0) deleteCreated(unit, projectId, withdrawn);
    const deletedIds = new Set(withdrawn.map((row) => row.id));
    const created = (await inserting).rows.filter((row) => !deletedIds.has(row.id));
    const people = created.filter(({ kind }) => kind === "u").length;
    unit.defer(addUsage(db, tx, projectId, { people, devices: created.length - people }));
    return rows.map((row) => ({
      name: nameOf(row),
      known: {
        id: deletedIds.has(row.id) ? null : row.id,
        erasedUntil: row.erased_until,
        suppressed: row.suppressed,
      },
    }));
  });
}

/** The names that exist, as refs. identities_ext_id_key, one probe each. */
export async function existingNames(
  db: Database,
  projectId: string,
  names: readonly Pick<IdentityName, "kind" | "extId">[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ key: string }>(sql`
    SELECT ${refSql(sql`i.kind`, sql`i.ext_id`)} AS key
      FROM unnest(${names.map((n) => n.kind)}::text[], ${names.map((n) => n.extId)}::text[]) t(kind, ext_id)
      JOIN identities i ON i.project_id = ${projectId} AND i.kind = t.kind AND i.ext_id = t.ext_id`);
  return new Set(rows.map((row) => row.key));
}

/** `n`: the position of the name in the input, from 1. */
type IdentityColumns = {
  n: number;
  id: number;
  profile_id: number | null;
  erased_until: number | null;
  suppressed: boolean;
};

/** The erased ids that are only used by an erased user id again, on devices on which it was erased. */
async function refusedAmong(
  tx: Database,
  projectId: string,
  secret: string,
  rows: readonly IdentityColumns[],
  { nameOf, usesOf }: { nameOf: (row: IdentityColumns) => IdentityName; usesOf: UsesOf },
): Promise<Set<IdentityColumns>> {
  const doubtful = rows.flatMap((row) => {
    const later = usesOf(nameOf(row)).filter(({ ts }) => ts > (row.erased_until as number));
    const pairs = later.flatMap(({ user, anon }) => (user === null || anon === null ? [] : [{ user, anon }]));
    return later.length > 0 && pairs.length === later.length ? [{ row, pairs }] : [];
  });
  const named = doubtful.flatMap(({ pairs }) => pairs);
  const refused = await refusedOnDevices(tx, projectId, secret, named);
  return new Set(
    doubtful.filter(({ pairs }) => pairs.every((pair) => refused.has(pairKey(pair)))).map(({ row }) => row),
  );
}

/** Removes identities created in this transaction, with everything created for them. Primary keys. */
function deleteCreated(
  unit: UnitOfWork,
  projectId: string,
  rows: readonly { id: number; profile_id: number | null }[],
): void {
  const { tx } = unit;
  const ids = rows.map((row) => row.id);
  const profiles = rows.flatMap((row) => (row.profile_id === null ? [] : [row.profile_id]));
  unit.defer(tx.query(sql`DELETE FROM spans WHERE project_id = ${projectId} AND stream_id = ANY(${ids}::bigint[])`));
  unit.defer(tx.query(sql`DELETE FROM profiles WHERE project_id = ${projectId} AND id = ANY(${profiles}::bigint[])`));
  unit.defer(
    tx.query(
      sql`DELETE FROM profile_stats WHERE project_id = ${projectId} AND profile_id = ANY(${profiles}::bigint[])`,
    ),
  );
  unit.defer(tx.query(sql`DELETE FROM identities WHERE project_id = ${projectId} AND id = ANY(${ids}::bigint[])`));
}
