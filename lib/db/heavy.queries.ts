import type pg from "pg";
import sql, { type Sql } from "sql-template-tag";
import { inTime, MAX_READ_MS } from "./canceled";
import { pipelined } from "./pool";
import { type LaggingReader, readingBehind } from "./replica";

type Settings = { work_mem: string } & Record<string, string>;

/**
 * Runs a query that sorts or hashes a million rows: by default with 64 MB to do so instead of Postgres' 4 MB, with
 * which it would sort on disk. For few readers at a time. Throws `unavailable` after half a minute; otherwise rejects
 * like `query`.
 */
export async function readHeavily<Row extends pg.QueryResultRow>(
  reader: LaggingReader,
  query: Sql,
  settings: Settings = { work_mem: "64MB" },
  maxMs = MAX_READ_MS,
): Promise<pg.QueryResult<Row>> {
  const [names, values] = [Object.keys(settings), Object.values(settings)];
  return readingBehind(reader, (db) =>
    inTime(
      pipelined(db, async (unit) => {
        unit.defer(
          unit.tx.query(sql`SELECT set_config(name, value, true)
            FROM unnest(${[...names, "statement_timeout"]}::text[],
                        ${[...values, String(maxMs)]}::text[]) q(name, value)`),
        );
        return unit.tx.query<Row>(query);
      }),
    ),
  );
}
