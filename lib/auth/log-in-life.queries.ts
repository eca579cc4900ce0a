import sql, { type Sql } from "sql-template-tag";
import { idleMs, maxMs, useStepMs } from "./log-in-life";

const ago = (ms: number): Sql => sql`now() - ${ms / 1000}::float8 * interval '1 second'`;

/**
 * Whether the log-in `l` (log_ins) has not expired, by the database's clock. A shorter limit also holds for log-ins
 * that began before it was set.
 */
export const isActiveLogIn = (): Sql =>
  sql`l.expires_at > now() AND l.created_at > ${ago(maxMs())} AND l.used_at > ${ago(idleMs())}`;

/**
 * Records that the log-in is used, at most once per step and on each new day. It is the head of every statement that
 * looks a log-in up, so it costs no round trip.
 */
export const recordUse = (logInId: string): Sql => sql`
    WITH used AS (
      UPDATE log_ins l
         SET last_used_on = (now() AT TIME ZONE 'UTC')::date, used_at = now()
       WHERE l.id = ${logInId}::uuid AND ${isActiveLogIn()}
         AND (l.used_at < ${ago(useStepMs())} OR l.last_used_on < (now() AT TIME ZONE 'UTC')::date))`;

/** The condition on expired log-ins, for Prisma: those that have lasted, or were unused, for too long. */
export const whereExpired = (now: Date) => ({
  OR: [
    { expiresAt: { lte: now } },
    { createdAt: { lte: new Date(now.getTime() - maxMs()) } },
    { usedAt: { lte: new Date(now.getTime() - idleMs()) } },
  ],
});
