import type pg from "pg";

/**
 * When people of the benchmark's year come and go, as a fraction of the year and as SQL over a person's number `n`:
 * three in ten were there before it, the others arrive until its tenth month; 45 in 100 stay to the end. Deterministic.
 */

/** A number in [0, 1) that depends only on `n` and the salt. */
export const uniform = (salt: number): string => `((hashint8(n::bigint * 8 + ${salt}) & 2147483647) / 2147483648.0)`;

export const BORN = `greatest(0, ${uniform(1)} * 1.3 - 0.4)`;
export const DIED = `(CASE WHEN ${uniform(2)} < 0.45 THEN 1 ELSE ${BORN} + (1 - ${BORN}) * ${uniform(3)} END)`;

/** The probability that a random moment falls into the life of a person drawn like those of events. */
export async function lifeShare(db: pg.Pool, people: number): Promise<number> {
  const { rows } = await db.query<{ share: number }>(
    `SELECT avg(${DIED} - ${BORN})::float8 AS share
       FROM (SELECT 1 + floor($1::int * power((g - 0.5) / 100000, 3))::int AS n FROM generate_series(1, 100000) g) x`,
    [people],
  );
  return rows[0]?.share ?? 1;
}
