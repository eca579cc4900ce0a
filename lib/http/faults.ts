import { AppError } from "@/lib/errors";

/** Seconds after which a caller should try again when the database is away: long enough for a restart, short enough to lose nothing. */
export const DATABASE_RETRY_SECONDS = 5;

/** What Node says when a connection cannot be made or breaks off. */
const NETWORK_FAULTS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** What pg says without a code when a connection ends under it or none is free in time. */
const LOST_CONNECTION =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|server closed the connection|cannot use a pool after calling end/i;

/**
 * Does the error say that the database cannot be reached just now (down, restarting, out of connections or of disk)?
 * Looks through `cause` and AggregateError, five deep.
 */
export function isDatabaseAway(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") {
    if (NETWORK_FAULTS.has(code)) return true;
    if (code === "ENOENT" && (error as { syscall?: unknown }).syscall === "connect") return true; // a Unix socket
    if (/^P(1001|1002|1008|1017|2024)$/.test(code)) return true; // Prisma's own
    // SQLSTATE classes 08 (connection), 53 (resources), 57P (shutdown, starting up); 25006: a standby, read-only.
    if (/^(08|53)...$/.test(code) || /^57P0[1-5]$/.test(code) || code === "25006") return true;
  }
  if (LOST_CONNECTION.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some((inner) => isDatabaseAway(inner, depth + 1))) return true;
  return isDatabaseAway(error.cause, depth + 1);
}

export type Fault = { status: number; headers: Record<string, string>; body: { error: object } };

/**
 * What to answer for anything thrown: an AppError as it says, 503 while the database is away, else 500 without a word
 * of the cause, which goes to the log (never the request's body or address).
 */
export function faultOf(error: unknown, where: string): Fault {
  const known =
    error instanceof AppError
      ? error
      : isDatabaseAway(error)
        ? new AppError("unavailable", "The database cannot be reached just now. Try again in a few seconds.", {
            retryAfterSeconds: DATABASE_RETRY_SECONDS,
          })
        : null;
  if (!known) {
    console.error(`${where} failed:`, error instanceof Error ? (error.stack ?? error.message) : typeof error);
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
