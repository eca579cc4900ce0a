// In a file of their own so that esbuild writes the numbers where they are used.

/** Silence after which the next event opens a new session, ms: as on the server. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;
/** Routers redirect, and frameworks change the title after the URL; a page view waits for both, ms. */
export const SETTLE_MS = 300;
/** Of a button's label. */
export const LABEL_CHARS = 80;
/** Pause between batches while a page is busy, ms. */
export const FLUSH_MS = 2000;
/** At most 3 bytes a character: below the 64 KiB a browser lets a page send while it closes. */
export const BATCH_CHARS = 20_000;
/** What may wait on a device; the oldest goes first. */
export const QUEUE_CHARS = 500_000;
/** First and longest pause before trying again, ms; each is lengthened by up to as much again at random. */
export const RETRY_MS = 500;
export const RETRY_MAX_MS = 200_000;
/** An answer that takes longer is taken for lost, ms. */
export const TIMEOUT_MS = 30_000;
