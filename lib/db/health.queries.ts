import { pool } from "@/lib/db/pool";

/** How long a healthy database may take to answer, in milliseconds. */
const PATIENCE_MS = 2_000;

/** Whether the database answers in time. Reads no table. */
export async function databaseAnswers(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  const answer = pool()
    .query("SELECT 1")
    .then(
      () => true,
      () => false,
    );
  const isHealthy = await Promise.race([answer, late]);
  clearTimeout(timer);
  return isHealthy;
}
