import sql from "sql-template-tag";
import type { Database, Pool } from "./pool";
import { pipelined } from "./pool";

/** The position up to which the primary has written its log (WAL). */
export async function walPositionOf(db: Database): Promise<bigint> {
  const { rows } = await db.query<{ position: string }>(sql`
    SELECT (pg_current_wal_lsn() - '0/0')::text AS position`);
  return BigInt(rows[0]?.position ?? 0);
}

/** The position up to which this server has replayed the primary's log; null if it is not a replica. */
export async function replayedWalPositionOf(db: Pool, limitMs: number): Promise<bigint | null> {
  const { rows } = await pipelined(db, (unit) => {
    unit.defer(unit.tx.query(sql`SELECT set_config('statement_timeout', ${String(limitMs)}, true)`));
    return unit.tx.query<{ position: string | null }>(sql`
      SELECT CASE WHEN pg_is_in_recovery() THEN (pg_last_wal_replay_lsn() - '0/0')::text END AS position`);
  });
  const position = rows[0]?.position ?? null;
  return position === null ? null : BigInt(position);
}
