import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";

/** `most`: its maximum; `perSecond`: how fast it drains. */
export type Tallied = { key: string; amount: number; most: number; perSecond: number };

let cleanedAt = 0;
/** How often each process deletes tallies that ran empty, in ms. */
const CLEAN_EVERY_MS = 60_000;

/** Levels over all processes, in the order of the keys; 0 for unknown keys. Primary key. */
export async function tallyLevels(db: Database, tallies: readonly { key: string; perSecond: number }[]) {
  const { rows } = await db.query<{ level: number }>(
    prepared(sql`
      SELECT coalesce(greatest(0, m.level - extract(epoch FROM now() - m.at)::float8 * q.rate), 0) AS level
        FROM unnest(${tallies.map(({ key }) => key)}::text[], ${tallies.map(({ perSecond }) => perSecond)}::float8[])
               WITH ORDINALITY AS q(key, rate, n)
        LEFT JOIN shared_meters m ON m.key = q.key
       ORDER BY q.n`),
  );
  return rows.map(({ level }) => level);
}

/**
 * Adds to the tallies of all processes, by the database's clock; negative amounts refund. Levels stay between zero and
 * `most`. Rows in key order, so that two processes cannot deadlock; one that ran empty is deleted. Primary key.
 */
export async function addToTallies(db: Database, given: readonly Tallied[], now = Date.now()): Promise<void> {
  if (now - cleanedAt > CLEAN_EVERY_MS) {
    cleanedAt = now;
    await db.query(prepared(sql`DELETE FROM shared_meters WHERE expires_at < now()`));
  }
  await db.query(
    prepared(sql`
      INSERT INTO shared_meters AS m (key, level, at, expires_at)
      SELECT q.key, l.level, now(), now() + l.level / q.rate * interval '1 second'
        FROM unnest(${given.map(({ key }) => key)}::text[], ${given.map(({ amount }) => amount)}::float8[],
                    ${given.map(({ most }) => most)}::float8[], ${given.map(({ perSecond }) => perSecond)}::float8[])
               AS q(key, amount, most, rate),
             greatest(0, least(q.most, q.amount)) AS l(level)
       ORDER BY q.key
      ON CONFLICT (key) DO UPDATE
        SET (level, at, expires_at) = (
          SELECT l.level, now(), now() + l.level / q.rate * interval '1 second'
            FROM unnest(${given.map(({ key }) => key)}::text[], ${given.map(({ amount }) => amount)}::float8[],
                        ${given.map(({ most }) => most)}::float8[],
                        ${given.map(({ perSecond }) => perSecond)}::float8[])
                   AS q(key, amount, most, rate),
                 greatest(0, least(q.most, q.amount + greatest(
                   0, m.level - extract(epoch FROM now() - m.at)::float8 * q.rate))) AS l(level)
           WHERE q.key = m.key)`),
  );
}
