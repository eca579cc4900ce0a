import { pool } from "@/lib/db/pool";

/** In UTC, where every hour is equally long: Citus refuses an update that may depend on a session's zone. */
const earlier = (column: string): string =>
  `${column} = (${column} AT TIME ZONE 'UTC' - $1::interval) AT TIME ZONE 'UTC'`;

/** Advances time for pg-boss, which uses the database's clock: every waiting or running job started earlier. */
export async function passMinutes(minutes: number): Promise<void> {
  const ago = [`${minutes} minutes`];
  await pool().query(`UPDATE pgboss.job SET ${earlier("start_after")}, ${earlier("started_on")}`, ago);
  await pool().query(`UPDATE mails SET ${earlier("due_at")}`, ago);
  await pool().query(`UPDATE alert_deliveries SET ${earlier("due_at")}, ${earlier("created_at")}`, ago);
}

/** How many jobs of a queue are in each state. */
export async function jobStates(queue: string): Promise<Record<string, number>> {
  const { rows } = await pool().query<{ state: string; jobs: number }>(
    "SELECT state, count(*)::int AS jobs FROM pgboss.job WHERE name = $1 GROUP BY state",
    [queue],
  );
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}
