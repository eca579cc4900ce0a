import { copyFileSync, existsSync, statSync, truncateSync } from "node:fs";

/** The most the log of embedded Postgres grows to; what was before is kept once, in `<log>.old`. 10 MiB. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;

/**
 * Keeps a log that another process appends to from growing for ever: copied away and emptied in place, as that process
 * keeps the file open. What it writes in between the two is lost.
 */
export function rotateLog(log: string, maxBytes = MAX_LOG_BYTES): void {
  if (!existsSync(log) || statSync(log).size <= maxBytes) return;
  copyFileSync(log, `${log}.old`);
  truncateSync(log, 0);
}

/** Looks every minute, for as long as this process lives. */
export function keepLogShort(log: string): { stop(): void } {
  const look = () => {
    try {
      rotateLog(log);
    } catch {
      // The disk is full, or another process was faster: again in a minute.
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}
