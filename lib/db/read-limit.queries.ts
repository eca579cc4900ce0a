import type pg from "pg";
import sql from "sql-template-tag";
import { MAX_READ_MS, orUnavailable } from "./canceled";
import { type Pool, type Tx, withConnection } from "./pool";
import { prepared } from "./statement";

/** Postgres settings for one transaction. */
export type TransactionSettings = Record<string, string>;

/**
 * Reads in a transaction with these settings, in one round trip: BEGIN with the settings, the statements of `send` and
 * COMMIT are pipelined. Rejects like `query`.
 */
export function readTogether<T>(db: Pool, settings: TransactionSettings, send: (tx: Tx) => Promise<T>): Promise<T> {
  return withConnection(db, async (tx) => {
    const set = prepared(sql`
      SELECT set_config(name, value, true)
        FROM unnest(${Object.keys(settings)}::text[], ${Object.values(settings)}::text[]) q(name, value)`);
    const [, , read] = await Promise.all([tx.query("BEGIN"), tx.query(set), send(tx), tx.query("COMMIT")]);
    return read;
  });
}

/** Runs a statement with a time limit, in one round trip. Throws `unavailable`. */
export function readInTime(db: Pool, statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
  const read = readTogether(db, { statement_timeout: String(MAX_READ_MS) }, (tx) =>
    values === undefined ? tx.query(statement) : tx.query(statement, values),
  );
  return orUnavailable(read);
}
