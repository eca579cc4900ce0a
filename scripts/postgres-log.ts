import { copyFileSync, existsSync, statSync, truncateSync } from "node:fs";

/** Maximum size of embedded Postgres' log, 10 MiB; the previous part is kept in `<log>.old`. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/**
 * Rotates a log that another process appends to: copies and truncates it in place, as that process
 * keeps the file open. Lines written between the two steps are lost.
 */
export function rotateLog(log: string, maxBytes = MAX_LOG_BYTES): void {
  if (!existsSync(log) || statSync(log).size <= maxBytes) return;
  copyFileSync(log, `${log}.old`);
  truncateSync(log, 0);
}

/** Checks every minute. */
export function keepLogShort(log: string): { stop(): void } {
  const look = () => {
    try {
      rotateLog(log);
    } catch {
      // The disk is full, or another process was faster: retry in a minute.
    }
  };
  const timer = setInterval(look, CHECK_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}
