import { statfs } from "node:fs/promises";
import { config } from "@/lib/config";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { IngestRequest } from "@/lib/ingest/http/request";
import { admitSender } from "@/lib/ingest/http/sending-limits";

/**
 * Runs before the body is read. Throws `unavailable` while the disk is nearly full, `rate_limited` when the address
 * sends too much.
 */
export function admitRequest(request: IngestRequest): void {
  requireDiskRoom(request.receivedAt);
  admitSender(request);
}

/** How often free space is checked, in ms, while requests come in. */
const CHECK_EVERY_MS = 5_000;
const RETRY_SECONDS = 60;
const MEGABYTE = 1_000_000;

/**
 * Rejects events while embedded Postgres' disk is nearly full, because on a full disk nobody could log in or erase
 * anything. Checks in the background, so that no request waits for the disk.
 */
export class DiskRoom {
  private freeBytes = Number.POSITIVE_INFINITY;
  private checkedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly folder: string,
    private readonly minMegabytes: number,
    private readonly readFreeBytes = async (path: string) => {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
  ) {}

  /**
   * Throws `unavailable` while there is too little space. `now` in ms. Without a folder (Postgres runs elsewhere)
   * nothing is checked.
   */
  require(now: number): void {
    if (this.folder === "" || this.minMegabytes === 0) return;
    // Absolute, so that setting the clock back does not stop the checks.
    if (Math.abs(now - this.checkedAt) >= CHECK_EVERY_MS) {
      this.checkedAt = now;
      void this.readFreeBytes(this.folder).then(
        (freeBytes) => {
          this.freeBytes = freeBytes;
        },
        () => {
          this.freeBytes = Number.POSITIVE_INFINITY; // the folder is gone; Postgres will report that better
        },
      );
    }
    if (this.freeBytes >= this.minMegabytes * MEGABYTE) return;
    const error = new AppError(
      "unavailable",
      "The disk is nearly full: events are accepted again when there is room. Tell the operator.",
      { retryAfterSeconds: RETRY_SECONDS },
    );
    logFault(`ingest: less than ${this.minMegabytes} MB are free (MIN_FREE_DISK_MB)`, error);
    throw error;
  }
}

const shared = globalThis as typeof globalThis & { throughlineDiskRoom?: DiskRoom };

/** Throws `unavailable` while the disk is nearly full. One per process, shared by Next's copies of this module. */
function requireDiskRoom(now: number): void {
  shared.throughlineDiskRoom ??= new DiskRoom(config().EMBEDDED_FOLDER, config().MIN_FREE_DISK_MB);
  shared.throughlineDiskRoom.require(now);
}
