import type { Tx } from "@/lib/db/pool";

/**
 * For statements of this transaction whose joins are all between people, or accounts, of one project. If it grew since
 * its tables were analyzed, Postgres expects one row and reads everybody again for each one: over a minute for 20,000.
 */
export const joinByHash = (tx: Tx) => tx.query("SET LOCAL enable_nestloop = off");
