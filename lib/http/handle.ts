import { AppError } from "@/lib/errors";
import { logFault, pathForLog } from "@/lib/faults/log";
import { isDatabaseUnreachable } from "@/lib/faults/unreachable";

/**
 * Makes a route handler, `export const GET = handle(async (request) => …)`, and is the only catch of them. What the
 * handler throws becomes the API's error shape with its status (httpFaultOf). Next's own control flow (redirect,
 * notFound) passes through.
 */
export function handle<Rest extends unknown[]>(
  work: (request: Request, ...rest: Rest) => Promise<Response> | Response,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    try {
      return withSafeHeaders(await work(request, ...rest));
    } catch (error) {
      if (isNextControlFlow(error)) throw error;
      const fault = httpFaultOf(error, `${request.method} ${new URL(request.url).pathname}`);
      return withSafeHeaders(Response.json(fault.body, { status: fault.status, headers: fault.headers }));
    }
  };
}

/** API responses hold personal data: not cached unless the route allows it, and never sniffed for their type. */
function withSafeHeaders(response: Response): Response {
  const { headers } = response;
  if (!headers.has("cache-control")) headers.set("cache-control", "private, no-store");
  headers.set("x-content-type-options", "nosniff");
  return response;
}

/**
 * The seconds after which a caller should retry if the database is unreachable: long enough for a restart, short enough
 * not to lose anything.
 */
export const DATABASE_RETRY_SECONDS = 5;

/**
 * Postgres' codes for a number (22003) or a time (22007, 22008) out of range, a NUL (22021, 22P05), and a text that is
 * not a number or id (22P02). Other codes of class 22, such as division by zero, are bugs in our own statements.
 */
const BAD_VALUE = /^22(003|007|008|021|P02|P05)$/;
/** Prisma's codes for the same: too long, no value of the type, out of range, not an id, too large a number. */
const BAD_VALUE_TO_PRISMA = /^P20(00|07|20|23|33)$/;

/**
 * Whether the error means that a value is not of the type a statement expects. Values from outside are validated
 * before; this is the safety net. Looks through `cause`, five deep.
 */
function isDataFault(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const { code, meta } = error as { code?: unknown; meta?: { code?: unknown } };
  const isData = [code, meta?.code].some(
    (one) => typeof one === "string" && (BAD_VALUE.test(one) || BAD_VALUE_TO_PRISMA.test(one)),
  );
  return isData || isDataFault(error.cause, depth + 1);
}

export type HttpFault = { status: number; headers: Record<string, string>; body: { error: object } };

/**
 * The answer to anything thrown: an AppError as is, 503 while the database is unreachable, else a 500 that does not
 * reveal the cause, which is logged. `where` may hold a path: its ids are left out.
 */
export function httpFaultOf(error: unknown, where: string): HttpFault {
  const known =
    error instanceof AppError
      ? error
      : isDatabaseUnreachable(error)
        ? new AppError("unavailable", "The database cannot be reached just now. Try again in a few seconds.", {
            retryAfterSeconds: DATABASE_RETRY_SECONDS,
          })
        : isDataFault(error)
          ? new AppError("bad_request", "A value in this request cannot be used: it is too large or not valid text.")
          : null;
  if (!known) {
    logFault(`${where.replace(/\/.*$/s, pathForLog)} failed`, error);
    const message = "Something went wrong on our side. It was logged; try again, and tell the operator if it persists.";
    return { status: 500, headers: {}, body: { error: { code: "internal", message } } };
  }
  const retry = known.retryAfterSeconds;
  return {
    status: known.status,
    headers: retry === undefined ? {} : { "retry-after": String(retry) },
    body: known.toBody(),
  };
}

/** Next throws for redirects, 404s and leaving static rendering; those errors carry a `digest`. */
function isNextControlFlow(error: unknown): boolean {
  const digest = (error as { digest?: unknown } | null)?.digest;
  return (
    typeof digest === "string" &&
    /^(NEXT_|DYNAMIC_SERVER_USAGE|BAILOUT_TO_CLIENT_SIDE_RENDERING|HANGING_PROMISE)/.test(digest)
  );
}
