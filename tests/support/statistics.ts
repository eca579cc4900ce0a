import { onNodes, unsharded } from "./citus";

export type StoredWord = { schema: string; table: string; column: string; word: string };

/** Which of these words Postgres' statistics keep, as they are or in small letters; those of shards by their table. */
export const wordsInStatistics = (words: readonly string[]): Promise<StoredWord[]> =>
  onNodes<StoredWord>(
    `SELECT DISTINCT schemaname AS schema, ${unsharded("tablename")} AS "table", attname AS "column", w AS word
       FROM (SELECT schemaname, tablename, attname, concat(most_common_vals, histogram_bounds, most_common_elems) AS vals
               FROM pg_stats
              WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
             OFFSET 0) kept
      CROSS JOIN LATERAL (SELECT lower(vals) AS small OFFSET 0) l
      CROSS JOIN unnest($1::text[]) w
      WHERE strpos(vals, w) > 0
         OR strpos(small, w) > 0`,
    [words],
  );
