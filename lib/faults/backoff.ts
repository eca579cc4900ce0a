/** The first pause, in ms. */
const FIRST_MS = 1_000;

export type Backoff = {
  /** Call it after a failure: how long to wait before the next attempt, in ms. Doubles up to `maxMs`. */
  failed(): number;
  /** Call it after a success: the next failure starts at the first pause again. */
  worked(): void;
};

/**
 * Exponential backoff with up to a quarter of jitter, so that attempts that failed together (several jobs, several
 * processes) do not retry together.
 */
export function backoff(maxMs: number, random: () => number = Math.random): Backoff {
  let nextMs = FIRST_MS;
  return {
    failed: () => {
      const pauseMs = Math.min(nextMs, maxMs);
      nextMs = Math.min(nextMs * 2, maxMs);
      return pauseMs * (0.75 + random() / 2);
    },
    worked: () => {
      nextMs = FIRST_MS;
    },
  };
}
