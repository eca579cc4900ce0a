import type pg from "pg";
import type { Sql } from "sql-template-tag";
import { MAX_READ_MS, orUnavailable } from "@/lib/db/canceled";
import { readTogether, type TransactionSettings } from "@/lib/db/read-limit.queries";
import { type LaggingReader, readingBehind } from "./reading-behind";

/**
 * Runs a query that sorts or hashes a million rows, with 64 MB of work_mem by default: with Postgres' 4 MB it would
 * sort on disk. For few readers at a time. Throws `unavailable` after `maxMs`; otherwise rejects like `query`.
 */
export async function readHeavily<Row extends pg.QueryResultRow>(
  reader: LaggingReader,
  query: Sql,
  settings: TransactionSettings & { work_mem: string } = { work_mem: "64MB" },
  maxMs = MAX_READ_MS,
): Promise<pg.QueryResult<Row>> {
  return readingBehind(reader, (db) =>
    orUnavailable(readTogether(db, { ...settings, statement_timeout: String(maxMs) }, (tx) => tx.query<Row>(query))),
  );
}
