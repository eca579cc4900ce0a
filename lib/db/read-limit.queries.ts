import sql, { type Sql } from "sql-template-tag";

/** Limits the statements of a transaction, each to so many milliseconds. */
export const limitReads = (ms: number): Sql => sql`SELECT set_config('statement_timeout', ${String(ms)}, true)`;
