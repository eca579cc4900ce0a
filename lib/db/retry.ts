/** What a transaction was given, read earlier without a lock, no longer exists. `retrying` begins anew. */
export class StaleReadError extends Error {}

/** Postgres' codes for deadlock and serialization failure. */
const RETRYABLE = new Set(["40P01", "40001"]);
const MAX_ATTEMPTS = 5;

/**
 * Retries `work` after a deadlock, a serialization failure or a StaleReadError; five attempts in all. `whenStale`
 * clears the cache from which `work` would read the same again.
 */
export async function retrying<T>(work: () => Promise<T>, whenStale: () => void = () => {}): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isStale = error instanceof StaleReadError;
      if (isStale) whenStale();
      if (attempt >= MAX_ATTEMPTS || !(isStale || RETRYABLE.has((error as { code?: string }).code ?? ""))) throw error;
    }
  }
}
