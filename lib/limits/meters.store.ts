import { createHmac } from "node:crypto";
import sql from "sql-template-tag";
import { config } from "@/lib/config";
import { type Database, pool } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";
import { logFault } from "@/lib/faults/log";
import type { MeterUse, ReportUse } from "@/lib/limits/meters";

/** How long a meter that never drains is kept, in seconds: longer than the hour that its key names. */
const UNDRAINED_SECONDS = 2 * 60 * 60;
/** How often each process deletes expired meters, in ms. */
const CLEAN_EVERY_MS = 60_000;

let cleanedAt = 0;

/** Reports to the meters of all processes; failures are logged. */
export const reportMeters: ReportUse = async (used, perSecond) => {
  try {
    const now = Date.now();
    if (now - cleanedAt > CLEAN_EVERY_MS) {
      cleanedAt = now;
      await pool().query(prepared(sql`DELETE FROM shared_meters WHERE expires_at < now()`));
    }
    return await addToMeters(pool(), used, perSecond);
  } catch (error) {
    logFault("limits could not be shared with other processes", error);
    throw error;
  }
};

/**
 * Adds to meters that drain by `perSecond`, by the database's clock, which all processes share, and returns their
 * levels by key. Writes rows in key order, so that two processes cannot deadlock. Primary key.
 */
export async function addToMeters(
  db: Database,
  used: readonly MeterUse[],
  perSecond: number,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ key: string; level: number }>(
    prepared(sql`
      INSERT INTO shared_meters AS m (key, level, at, expires_at)
      SELECT q.key, q.amount, now(), now() + ${lifetimeOf(perSecond)}::float8 * interval '1 second'
        FROM unnest(${used.map(({ key }) => key)}::text[], ${used.map(({ amount }) => amount)}::float8[]) q(key, amount)
       ORDER BY q.key
      ON CONFLICT (key) DO UPDATE
        SET level = excluded.level + greatest(
              0, m.level - extract(epoch FROM now() - m.at)::float8 * ${perSecond}::float8),
            at = now(),
            expires_at = greatest(m.expires_at, excluded.expires_at)
      RETURNING key, level`),
  );
  return new Map(rows.map(({ key, level }) => [key, level]));
}

/** How long other meters are kept, in seconds: longer than any bucket takes to drain, overflow included. */
const DRAINED_SECONDS = 10 * 60;
const lifetimeOf = (perSecond: number): number => (perSecond > 0 ? DRAINED_SECONDS : UNDRAINED_SECONDS);

/** The level of one meter that never drains, over all processes; 0 if nobody reported any. Primary key. */
export async function meterLevel(db: Database, key: string): Promise<number> {
  const { rows } = await db.query<{ level: number }>(prepared(sql`SELECT level FROM shared_meters WHERE key = ${key}`));
  return rows[0]?.level ?? 0;
}

/** How many characters a hash has: enough that two networks never share one. */
const HASH_CHARS = 16;

/** Names a network in the database without its address; the same in all processes, as they share AUTH_SECRET. */
export function hashOfNetwork(kind: string, network: string): string {
  const hash = createHmac("sha256", config().AUTH_SECRET).update(`limit ${network}`).digest("base64url");
  return `${kind}:${hash.slice(0, HASH_CHARS)}`;
}

/** Reports meters whose keys are networks; the address itself never leaves this process. */
export const reportNetworks =
  (kind: string): ReportUse =>
  async (used, perSecond) => {
    const hashes = new Map(used.map(({ key }) => [hashOfNetwork(kind, key), key]));
    const levels = await reportMeters(
      used.map(({ key, amount }) => ({ key: hashOfNetwork(kind, key), amount })),
      perSecond,
    );
    return new Map([...levels].map(([hash, level]) => [hashes.get(hash) as string, level]));
  };
