import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";

/**
 * The day's salt: the one already there, or `candidate` if this call is the first anywhere. Two statements, each on the
 * primary key: the second also sees a salt that another process committed while the first waited for it.
 */
export async function saltOfDay(db: Database, day: string, candidate: Buffer): Promise<Buffer> {
  await db.query(sql`INSERT INTO salts (day, salt) VALUES (${day}, ${candidate}) ON CONFLICT (day) DO NOTHING`);
  const { rows } = await db.query<{ salt: Buffer }>(sql`SELECT salt FROM salts WHERE day = ${day}`);
  return (rows[0] as { salt: Buffer }).salt;
}

/** Destroys the salts of days before `day` and returns how many there were. A handful of rows, read whole. */
export async function deleteSaltsBefore(db: Database, day: string): Promise<number> {
  const { rowCount } = await db.query(sql`DELETE FROM salts WHERE day < ${day}`);
  return rowCount ?? 0;
}
