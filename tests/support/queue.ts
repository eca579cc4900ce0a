import { pool } from "@/lib/db/pool";

/** Advances time for pg-boss, which uses the database's clock: every waiting or running job started earlier. */
export async function passMinutes(minutes: number): Promise<void> {
  const ago = `${minutes} minutes`;
  await pool().query(
    "UPDATE pgboss.job SET start_after = start_after - $1::interval, started_on = started_on - $1::interval",
    [ago],
  );
  await pool().query("UPDATE mails SET due_at = due_at - $1::interval", [ago]);
  await pool().query(
    "UPDATE alert_deliveries SET due_at = due_at - $1::interval, created_at = created_at - $1::interval",
    [ago],
  );
}

/** How many jobs of a queue are in each state. */
export async function jobStates(queue: string): Promise<Record<string, number>> {
  const { rows } = await pool().query<{ state: string; jobs: number }>(
    "SELECT state, count(*)::int AS jobs FROM pgboss.job WHERE name = $1 GROUP BY state",
    [queue],
  );
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}
