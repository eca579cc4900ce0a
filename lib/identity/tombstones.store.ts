import { createHmac } from "node:crypto";
import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { refOf } from "./person-ref";

/** The tombstone of an erased id: an HMAC with the project's key, which can be matched but not reversed (R13). */
export function tombstone(key: string, kind: "u" | "a", extId: string): Buffer {
  return createHmac("sha256", key).update(refOf(kind, extId)).digest();
}

/**
 * A page that is open during an erasure still has the ids of its device and its user, and its next event would recreate
 * the person (docs/identity.md R13). So an erased user id is refused on every device it was used on.
 */

/** A user id and the anonymous id of a device. */
export type OnDevice = { user: string; anon: string };

/** The tombstone of a user id on a device. */
const pairTombstone = (key: string, { user, anon }: OnDevice): Buffer =>
  createHmac("sha256", key)
    .update(JSON.stringify([user, anon]))
    .digest();

/**
 * The tombstones of an erasure: operations with these ids are dropped up to `until` (ms), or for ever with `suppress`.
 * `devices`: where the person's user ids were used, and are refused from now on.
 */
export type Tombstones = { key: string; until: number; suppress: boolean; devices: readonly OnDevice[] };

/** Writes tombstones (hashes only); a later erasure moves their time forward. Primary keys. */
export async function writeTombstones(
  tx: Tx,
  projectId: string,
  ids: readonly { kind: "u" | "a"; extId: string }[],
  { key, until, suppress, devices }: Tombstones,
): Promise<void> {
  const hashes = [
    ...ids.map(({ kind, extId }) => ({ kind, hash: tombstone(key, kind, extId), isFinal: suppress })),
    ...devices.map((one) => ({ kind: "p", hash: pairTombstone(key, one), isFinal: true })),
  ];
  await tx.query(sql`
    INSERT INTO erased_ids AS x (project_id, kind, id_hash, until, suppress)
    SELECT ${projectId}::uuid, kind, hash, ${timestamp(until)}::timestamptz, final
      FROM unnest(${hashes.map(({ kind }) => kind)}::text[], ${hashes.map(({ hash }) => hash)}::bytea[],
                  ${hashes.map(({ isFinal }) => isFinal)}::boolean[]) t(kind, hash, final)
    ON CONFLICT (project_id, kind, id_hash) DO UPDATE
      SET until = greatest(x.until, excluded.until), suppress = x.suppress OR excluded.suppress`);
}

export const pairKey = ({ user, anon }: OnDevice): string => JSON.stringify([user, anon]);

/**
 * The `pairKey`s of the uses to refuse: of an erased user id on a device that was erased as a whole with or before it,
 * or that it was used on. Three probes of erased_ids_pkey each.
 */
export async function refusedOnDevices(
  db: Database,
  projectId: string,
  key: string,
  uses: readonly OnDevice[],
): Promise<Set<string>> {
  if (uses.length === 0) return new Set();
  // Most of a batch repeats the same pair.
  const named = [...new Map(uses.map((one) => [pairKey(one), one])).values()];
  const { rows } = await db.query<OnDevice>(sql`
    SELECT t.user_id AS user, t.anon
      FROM unnest(${named.map(({ user }) => user)}::text[], ${named.map(({ anon }) => anon)}::text[],
                  ${named.map(({ user }) => tombstone(key, "u", user))}::bytea[],
                  ${named.map(({ anon }) => tombstone(key, "a", anon))}::bytea[],
                  ${named.map((one) => pairTombstone(key, one))}::bytea[])
             AS t(user_id, anon, user_hash, device_hash, pair_hash)
      JOIN erased_ids u ON u.project_id = ${projectId} AND u.kind = 'u' AND u.id_hash = t.user_hash
     WHERE EXISTS (SELECT FROM erased_ids e WHERE e.project_id = ${projectId} AND e.kind = 'a'
                      AND e.id_hash = t.device_hash AND e.until <= u.until)
        OR EXISTS (SELECT FROM erased_ids e WHERE e.project_id = ${projectId} AND e.kind = 'p'
                      AND e.id_hash = t.pair_hash)`);
  return new Set(rows.map(pairKey));
}
