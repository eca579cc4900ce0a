import { AppError } from "@/lib/errors";
import { isDatabaseAway } from "@/lib/faults/away";
import { logFault, pathForLog } from "@/lib/faults/log";

/**
 * Seconds after which a caller should try again when the database is away: long enough for a restart, short enough to
 * lose nothing.
 */
export const DATABASE_RETRY_SECONDS = 5;

/**
 * A number (22003) or a time (22007, 22008) out of range, a NUL (22021, 22P05), a text that is no number or id (22P02).
 * Others of class 22, such as a division by zero, are faults of our own statements.
 */
const BAD_VALUE = /^22(003|007|008|021|P02|P05)$/;
/** The same as Prisma names it: too long, no value of the type, out of range, no id, too large a number. */
const BAD_VALUE_TO_PRISMA = /^P20(00|07|20|23|33)$/;

/**
 * Does the error say that a value cannot be what the statement takes it for? What comes from outside is checked before;
 * this is the net below. Looks through `cause`, five deep.
 */
function isDataFault(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const { code, meta } = error as { code?: unknown; meta?: { code?: unknown } };
  const isData = [code, meta?.code].some(
    (one) => typeof one === "string" && (BAD_VALUE.test(one) || BAD_VALUE_TO_PRISMA.test(one)),
  );
  return isData || isDataFault(error.cause, depth + 1);
}

export type Fault = { status: number; headers: Record<string, string>; body: { error: object } };

/**
 * What to answer for anything thrown: an AppError as it says, 503 while the database is away, else 500 without a word
 * of the cause, which goes to the log. `where` may hold a path: its ids are left out.
 */
export function faultOf(error: unknown, where: string): Fault {
  const known =
    error instanceof AppError
      ? error
      : isDatabaseAway(error)
        ? new AppError("unavailable", "The database cannot be reached just now. Try again in a few seconds.", {
            retryAfterSeconds: DATABASE_RETRY_SECONDS,
          })
        : isDataFault(error)
          ? new AppError(
              "bad_request",
              "A value in this request is none that can be looked for: too large, or no text.",
            )
          : null;
  if (!known) {
    logFault(`${where.replace(/\/.*$/s, pathForLog)} failed`, error);
    const message = "Something went wrong on our side. It was logged; try again, and tell the operator if it stays.";
    return { status: 500, headers: {}, body: { error: { code: "internal", message } } };
  }
  const retry = known.retryAfterSeconds;
  return {
    status: known.status,
    headers: retry === undefined ? {} : { "retry-after": String(retry) },
    body: known.toBody(),
  };
}

/** Next throws to redirect, to answer 404 and to leave static rendering; those carry a `digest` of its own. */
export function isNextControlFlow(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return (
    typeof digest === "string" &&
    /^(NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE)/.test(digest)
  );
}
