/**
 * Keeps messages in order until the server has answered for them: batches of 100 or once a second, one request at a time,
 * again after a fault that passes. What is sent twice has one id, and the server stores an id once.
 */

export type QueueOptions = {
  url: string;
  headers: Record<string, string>;
  /** Messages a request carries at most. */
  flushAt: number;
  /** How long a message waits for company, ms. */
  flushMs: number;
  /** Messages that may wait; the oldest goes first, and is counted. */
  maxQueue: number;
  onError: (error: Error) => void;
};

type Waiting = { json: string; bytes: number };

/** Below the server's limit of 1 MiB a request, and of 32 KiB a message. */
const REQUEST_MAX_BYTES = 900_000;
const TIMEOUT_MS = 10_000;
/** First and longest pause before trying again, ms; each is shortened by up to a half at random. */
const RETRY_MS = 500;
const RETRY_MAX_MS = 30_000;

export class Queue {
  private readonly waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private dropped = 0;
  private failures = 0;
  /** Ends the pause between two tries early. */
  private hurry: (() => void) | undefined;
  private deadline = Number.POSITIVE_INFINITY;

  constructor(private readonly options: QueueOptions) {}

  /** Tells the caller's own code. What it throws, or its promise rejects with, is its own affair: it stops no queue and no process. */
  tell(error: Error): void {
    try {
      const told: unknown = this.options.onError(error);
      Promise.resolve(told).catch(() => {});
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

  /** Resolves when everything that waits now was answered for, or given up after `withinMs`. Never rejects. */
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

  /** Sends one batch; answers how long to wait before trying again, 0 when it is done with. */
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
      // A proxy's page is not our answer: json() throws, and the batch is sent again.
      const answer = (await response.json()) as {
        error?: { message: string };
        rejected?: { code: string; message: string; field?: string }[];
      };
      if (!response.ok)
        this.tell(new Error(`Throughline answered ${status}: ${answer.error?.message ?? "no reason given"}`));
      for (const { code, message, field } of answer.rejected ?? []) {
        this.tell(new Error(`Throughline rejected a message (${code}${field ? `, ${field}` : ""}): ${message}`));
      }
    } catch {
      return this.backOff(0);
    }
    const sent = new Set(batch);
    // From the front; what was dropped meanwhile is not there any more.
    while (this.waiting[0] && sent.has(this.waiting[0])) this.waiting.shift();
    this.dropped -= dropped;
    this.failures = 0;
    return 0;
  }

  private backOff(askedMs: number): number {
    const pauseMs = Math.min(RETRY_MS * 2 ** this.failures++, RETRY_MAX_MS) * (0.5 + Math.random() / 2);
    return Math.max(askedMs, pauseMs);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      // Waiting for a server that is away keeps no process alive; flush() with a time limit does.
      if (this.deadline === Number.POSITIVE_INFINITY) timer.unref();
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
