// In a separate file so that esbuild inlines the numbers.

/** Session timeout in ms; the same as on the server. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;
/** Routers redirect, and frameworks change the title after the URL; a page view waits for both, ms. */
export const SETTLE_MS = 300;
/** Maximum length of a button's label. */
export const LABEL_CHARS = 80;
/** Pause between batches while a page is busy, ms. */
export const FLUSH_MS = 2000;
/** At most 3 bytes a character: below the 64 KiB a browser lets a page send while it closes. */
export const BATCH_CHARS = 20_000;
/** Maximum of queued events on a device; the oldest are dropped first. */
export const QUEUE_CHARS = 500_000;
/** First and longest retry delay in ms, with up to 100 % random jitter on top. */
export const RETRY_MS = 500;
export const RETRY_MAX_MS = 200_000;
/** Request timeout, ms. */
export const TIMEOUT_MS = 30_000;
