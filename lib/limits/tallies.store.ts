import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prepared } from "@/lib/db/statement";

/** An amount to add to a tally. `max`: the tally's maximum; `perSecond`: how fast it drains. */
export type TallyAmount = { key: string; amount: number; max: number; perSecond: number };

let cleanedAt = 0;
/** How often each process deletes empty tallies, in ms. */
const CLEAN_EVERY_MS = 60_000;

/** The tallies' levels over all processes, in the order given; 0 for unknown keys. Primary key. */
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
 * Adds to the tallies of all processes, by the database's clock; negative amounts undo earlier ones. Levels stay
 * between zero and `max`. Writes rows in key order, so that two processes cannot deadlock. Primary key.
 */
export async function addToTallies(db: Database, given: readonly TallyAmount[], now = Date.now()): Promise<void> {
  if (now - cleanedAt > CLEAN_EVERY_MS) {
    cleanedAt = now;
    await db.query(prepared(sql`DELETE FROM shared_meters WHERE expires_at < now()`));
  }
  await db.query(
    prepared(sql`
      INSERT INTO shared_meters AS m (key, level, at, expires_at)
      SELECT q.key, l.level, now(), now() + l.level / q.rate * interval '1 second'
        FROM unnest(${given.map(({ key }) => key)}::text[], ${given.map(({ amount }) => amount)}::float8[],
                    ${given.map(({ max }) => max)}::float8[], ${given.map(({ perSecond }) => perSecond)}::float8[])
               AS q(key, amount, maximum, rate),
             greatest(0, least(q.maximum, q.amount)) AS l(level)
       ORDER BY q.key
      ON CONFLICT (key) DO UPDATE
        SET (level, at, expires_at) = (
          SELECT l.level, now(), now() + l.level / q.rate * interval '1 second'
            FROM unnest(${given.map(({ key }) => key)}::text[], ${given.map(({ amount }) => amount)}::float8[],
                        ${given.map(({ max }) => max)}::float8[],
                        ${given.map(({ perSecond }) => perSecond)}::float8[])
                   AS q(key, amount, maximum, rate),
                 greatest(0, least(q.maximum, q.amount + greatest(
                   0, m.level - extract(epoch FROM now() - m.at)::float8 * q.rate))) AS l(level)
           WHERE q.key = m.key)`),
  );
}
