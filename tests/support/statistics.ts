import { onNodes, unsharded } from "./citus";

export type StoredWord = { schema: string; table: string; column: string; word: string };

/** Which of these words Postgres' statistics keep, as they are or in small letters; those of shards by their table. */
export const wordsInStatistics = (words: readonly string[]): Promise<StoredWord[]> =>
  onNodes<StoredWord>(
    `SELECT DISTINCT schemaname AS schema, ${unsharded("tablename")} AS "table", attname AS "column", w AS word
       FROM pg_stats
      CROSS JOIN LATERAL (SELECT concat(most_common_vals, histogram_bounds, most_common_elems) AS vals) v
      CROSS JOIN unnest($1::text[]) w
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
        AND (strpos(v.vals, w) > 0 OR strpos(lower(v.vals), w) > 0)`,
    [words],
  );
