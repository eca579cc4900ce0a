/** Node's codes for a connection that cannot be opened or breaks. */
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

/** pg's messages without a code, for a connection that breaks while in use, and if none is free in time. */
const LOST_CONNECTION =
  /connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|server closed the connection|query read timeout|cannot use a pool after calling end/i;

/**
 * Whether the error means that the database cannot be reached at the moment (down, restarting, out of connections or
 * disk). Looks through `cause` and AggregateError, five deep.
 */
export function isDatabaseUnreachable(error: unknown, depth = 0): boolean {
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
  if (error instanceof AggregateError && error.errors.some((inner) => isDatabaseUnreachable(inner, depth + 1)))
    return true;
  return isDatabaseUnreachable(error.cause, depth + 1);
}
