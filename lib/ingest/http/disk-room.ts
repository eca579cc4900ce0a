import { statfs } from "node:fs/promises";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";

/** How often free space is checked, in ms, while requests come in. */
const LOOK_EVERY_MS = 5_000;
const RETRY_SECONDS = 60;
const MEGABYTE = 1_000_000;

/**
 * Reserves the last of embedded Postgres' disk for everything but events: on a full disk nobody could log in or erase
 * anything. Checks in the background, so no request waits for the disk.
 */
export class DiskRoom {
  private free = Number.POSITIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly leastMegabytes: number,
    private readonly look = async (path: string) => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
  ) {}

  /**
   * Throws `unavailable` while there is too little space. `now` in ms. Without a folder (Postgres runs elsewhere)
   * nothing is checked.
   */
  need(now: number): void {
    if (this.folder === "" || this.leastMegabytes === 0) return;
    // Also when the clock was set back.
    if (Math.abs(now - this.lookedAt) >= LOOK_EVERY_MS) {
      this.lookedAt = now;
      void this.look(this.folder).then(
        (free) => {
          this.free = free;
        },
        () => {
          this.free = Number.POSITIVE_INFINITY; // the folder is gone; Postgres will report that better
        },
      );
    }
    if (this.free >= this.leastMegabytes * MEGABYTE) return;
    const error = new AppError(
      "unavailable",
      "The disk is nearly full: events are accepted again when there is room. Tell the operator.",
      { retryAfterSeconds: RETRY_SECONDS },
    );
    logFault(`ingest: less than ${this.leastMegabytes} MB are free (MIN_FREE_DISK_MB)`, error);
    throw error;
  }
}

const shared = globalThis as typeof globalThis & { throughlineDiskRoom?: DiskRoom };

/** Throws `unavailable` while the disk is nearly full. One per process, shared by Next's copies of this module. */
export function needDiskRoom(now: number): void {
  shared.throughlineDiskRoom ??= new DiskRoom(config().EMBEDDED_FOLDER, config().MIN_FREE_DISK_MB);
  shared.throughlineDiskRoom.need(now);
}
