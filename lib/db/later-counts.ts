import { beforePoolsEnd, type Database, pool } from "@/lib/db/pool";
import { type Backoff, backoff } from "@/lib/faults/backoff";
import { logFault } from "@/lib/faults/log";

const FLUSH_MS = 1_000;
/** The longest pause between attempts while the database is unreachable. */
const MAX_RETRY_MS = 30_000;
/** How many different keys may wait while the database is unreachable; more are not counted. */
const MAX_PENDING = 10_000;

export type WithCount<Key> = Key & { count: number };

/**
 * Counts that are added up in memory and written every second, so that a burst costs one statement. If the process is
 * killed, at most a second's counts are lost.
 */
export class LaterCounts<Key extends object> {
  private pending = new Map<string, WithCount<Key>>();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private writing: Promise<void> | null = null;
  private readonly retry: Backoff = backoff(MAX_RETRY_MS);

  /** `what` completes "… could not be counted yet" in the log; `write` adds to the stored counts. */
  constructor(
    private readonly what: string,
    private readonly write: (db: Database, counted: readonly WithCount<Key>[]) => Promise<void>,
    private readonly database: () => Database = pool,
  ) {
    beforePoolsEnd(what, () => this.flush());
  }

  /** Returns at once and never throws. `key` names what is counted, always with its fields in the same order. */
  add(key: Key, count: number): void {
    this.merge({ ...key, count }, Object.values(key).join("/"));
    this.schedule(FLUSH_MS);
  }

  /** Writes the pending counts. If that fails, they stay pending and the error is thrown. */
  async flush(db: Database = this.database()): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    while (this.writing) await this.writing.catch(() => undefined);
    if (this.pending.size === 0) return;
    this.writing = this.writeAll(db).finally(() => {
      this.writing = null;
    });
    await this.writing;
  }

  private async writeAll(db: Database): Promise<void> {
    const batch = this.pending;
    this.pending = new Map();
    try {
      await this.write(db, [...batch.values()]);
    } catch (error) {
      for (const [name, counted] of batch) this.merge(counted, name);
      throw error;
    }
  }

  private merge(counted: WithCount<Key>, name: string): void {
    const known = this.pending.get(name);
    if (known) known.count += counted.count;
    else if (this.pending.size < MAX_PENDING) this.pending.set(name, counted);
  }

  /** Schedules a write in `ms`, unless one is scheduled; after a failure it is retried with backoff. */
  private schedule(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.flush().then(
        () => this.retry.worked(),
        (error: unknown) => {
          logFault(`${this.what} could not be counted yet`, error);
          this.schedule(this.retry.failed());
        },
      );
    }, ms).unref();
  }
}
