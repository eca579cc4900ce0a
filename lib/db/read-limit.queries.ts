import type pg from "pg";
import sql from "sql-template-tag";
import { inTime, MAX_READ_MS } from "./canceled";
import { type Pool, pipelined } from "./pool";

/** Runs a statement with a time limit, in a transaction of its own and one round trip. Throws `unavailable`. */
export function readInTime(db: Pool, statement: string | pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
  const read = pipelined(db, (unit) => {
    unit.defer(unit.tx.query(sql`SELECT set_config('statement_timeout', ${String(MAX_READ_MS)}, true)`));
    return values === undefined ? unit.tx.query(statement) : unit.tx.query(statement, values);
  });
  return inTime(read);
}
