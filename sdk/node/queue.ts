/**
 * Keeps messages in order until the server acknowledges them: batches of 100 or once a second, one request at a time,
 * retried after transient errors. A retry keeps the id, and the server stores each id once.
 */

export type QueueOptions = {
  url: string;
  headers: Record<string, string>;
  /** Maximum messages per request. */
  flushAt: number;
  /** How long a message waits to be batched, ms. */
  flushMs: number;
  /** Maximum queue length; the oldest are dropped first and counted. */
  maxQueue: number;
  onError: (error: Error) => void;
};

type Waiting = { json: string; bytes: number };

/** Below the server's limit of 1 MiB a request, and of 32 KiB a message. */
const REQUEST_MAX_BYTES = 900_000;
const TIMEOUT_MS = 10_000;
/** First and longest retry delay in ms, shortened by up to half at random. */
const RETRY_MS = 500;
const RETRY_MAX_MS = 30_000;

export class Queue {
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private dropped = 0;
  private failures = 0;
  /** Ends the retry delay early. */
  private hurry: (() => void) | undefined;
  private deadline = Number.POSITIVE_INFINITY;

  constructor(private readonly options: QueueOptions) {}

  /** Calls the caller's callback. Its errors and rejections are ignored, so they stop neither queue nor process. */
  report(error: Error): void {
    try {
      const result: unknown = this.options.onError(error);
      Promise.resolve(result).catch(() => {});
    } catch {}
  }

  get size(): number {
    return this.waiting.length;
  }

  add(message: object): void {
    const json = JSON.stringify(message);
    this.waiting.push({ json, bytes: Buffer.byteLength(json) });
    if (this.waiting.length > this.options.maxQueue) {
      this.waiting.shift();
      this.dropped += 1;
    }
    if (this.waiting.length >= this.options.flushAt) void this.flush();
    else this.timer ??= setTimeout(() => void this.flush(), this.options.flushMs).unref();
  }

  /** Resolves when everything queued now is acknowledged, or given up after `withinMs`. Never rejects. */
  async flush(withinMs = Number.POSITIVE_INFINITY): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (withinMs !== Number.POSITIVE_INFINITY) {
      this.deadline = Date.now() + withinMs;
      this.hurry?.();
    }
    this.running ??= this.run().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0 && Date.now() < this.deadline) {
      const batch = this.next();
      const pauseMs = await this.send(batch);
      if (pauseMs === 0) continue;
      await this.pause(Math.min(pauseMs, Math.max(0, this.deadline - Date.now())));
    }
    this.deadline = Number.POSITIVE_INFINITY;
  }

  private next(): Waiting[] {
    let bytes = 0;
    const end = this.waiting.slice(0, this.options.flushAt).findIndex((message, index) => {
      bytes += message.bytes;
      return index > 0 && bytes > REQUEST_MAX_BYTES;
    });
    return this.waiting.slice(0, end === -1 ? this.options.flushAt : end);
  }

  /** Sends one batch; returns the retry delay, 0 when it is done. */
  private async send(batch: readonly Waiting[]): Promise<number> {
    const { url, headers } = this.options;
    const dropped = this.dropped;
    const body = `{"sentAt":"${new Date().toISOString()}","dropped":${dropped},"batch":[${batch.map(({ json }) => json).join()}]}`;
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
      const { status } = response;
      if (status === 408 || status === 429 || status >= 500) {
        await response.body?.cancel();
        return this.backOff(Number(response.headers.get("retry-after")) * 1000 || 0);
      }
      // A proxy's HTML page makes json() throw, so the batch is retried.
      const answer = (await response.json()) as {
        error?: { message: string };
        rejected?: { code: string; message: string; field?: string }[];
      };
      if (!response.ok)
        this.report(new Error(`Throughline answered ${status}: ${answer.error?.message ?? "no reason given"}`));
      for (const { code, message, field } of answer.rejected ?? []) {
        this.report(new Error(`Throughline rejected a message (${code}${field ? `, ${field}` : ""}): ${message}`));
      }
    } catch {
      return this.backOff(0);
    }
    const sent = new Set(batch);
    // Remove from the front; some may have been dropped meanwhile.
    while (this.waiting[0] && sent.has(this.waiting[0])) this.waiting.shift();
    this.dropped -= dropped;
    this.failures = 0;
    return 0;
  }

  private backOff(retryAfterMs: number): number {
    const pauseMs = Math.min(RETRY_MS * 2 ** this.failures++, RETRY_MAX_MS) * (0.5 + Math.random() / 2);
    return Math.max(retryAfterMs, pauseMs);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      // Waiting for an unreachable server must not keep the process alive; flush() with a time limit does.
      if (this.deadline === Number.POSITIVE_INFINITY) timer.unref();
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
