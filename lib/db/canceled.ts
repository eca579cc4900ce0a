import { AppError } from "@/lib/errors";

/**
 * The longest that anybody waits for a page. Without a limit, a bad plan could keep a core busy for hours after the
 * reader has left.
 */
export const MAX_READ_MS = 30_000;

/** Postgres' code for a statement it cancelled. */
const QUERY_CANCELED = "57014";

/** Whether Postgres cancelled the statement; here, because it took too long. */
export const isCanceled = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === QUERY_CANCELED;

/** The result of a read with a time limit; throws `unavailable` if it was cancelled. */
export async function orUnavailable<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (!isCanceled(error)) throw error;
    throw new AppError(
      "unavailable",
      "There is too much to read for this at once. Choose fewer days or a narrower filter.",
      { cause: error },
    );
  }
}
