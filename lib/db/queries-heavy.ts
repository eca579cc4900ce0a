import type pg from "pg";
import type { Sql } from "sql-template-tag";
import { pipelined, pool } from "./pool";

/**
 * Runs a query that sorts or hashes a million rows: with 64 MB to do so in place of Postgres' 4, in which it would write to
 * disk what it sorts. For few readers at a time; rejects as `query` does.
 */
export const readHeavily = <Row extends pg.QueryResultRow>(query: Sql): Promise<pg.QueryResult<Row>> =>
  pipelined(pool(), async (tx, last) => {
    last(tx.query("SET LOCAL work_mem = '64MB'"));
    return tx.query<Row>(query);
  });
