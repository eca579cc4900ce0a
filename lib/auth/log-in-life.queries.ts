import sql, { type Sql } from "sql-template-tag";
import { config } from "@/lib/config";
import { pluralCount } from "@/lib/format/number";

/** How long log-ins last, by the operator's choice: in all, and without use. */
const maxMs = (): number => config().LOG_IN_MAX_HOURS * 3_600_000;
const idleMs = (): number => config().LOG_IN_IDLE_HOURS * 3_600_000;

/** How long a log-in lasts at most, in seconds; also the lifetime of its cookie. */
export const logInLifeSeconds = (): number => Math.floor(maxMs() / 1000);

/** Use is recorded at most once per this interval, in ms; a log-in may end that much too early. */
export const useStepMs = (): number => idleMs() / 24;

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

/** How long log-ins last, in words: "30 days, or 14 days without use". */
export const lifeInWords = (): string =>
  `${words(config().LOG_IN_MAX_HOURS)}, or ${words(config().LOG_IN_IDLE_HOURS)} without use`;

function words(hours: number): string {
  if (hours % 24 === 0) return pluralCount(hours / 24, "day");
  return Number.isInteger(hours) ? pluralCount(hours, "hour") : pluralCount(Math.round(hours * 60), "minute");
}
