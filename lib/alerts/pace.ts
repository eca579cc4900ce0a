import { offsetMs } from "@/lib/format/time";
import type { Pace, QuietHours } from "./alert";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Daily digests go out at this hour in the alert's zone. */
const DIGEST_HOUR = 9;
/** The most messages of an alert within FLOOD_MS; further causes wait and go out together. */
export const FLOOD_MESSAGES = 5;
export const FLOOD_MS = 10 * MINUTE_MS;

export type Pacing = { pace: Pace; quiet: QuietHours | null; zone: string };

/**
 * When a message about a new cause goes out, in ms: `now` for at once. `recent`: when the alert's last FLOOD_MESSAGES
 * messages were created, newest first.
 */
export function dueTime({ pace, quiet, zone }: Pacing, recent: readonly number[], now: number): number {
  const wanted = pace === "immediate" ? afterFlood(recent, now) : pace === "hourly" ? nextHour(now) : digest(zone, now);
  return quiet === null ? wanted : endOfQuietHours(quiet, zone, wanted);
}

function afterFlood(recent: readonly number[], now: number): number {
  const oldest = recent[FLOOD_MESSAGES - 1];
  return oldest !== undefined && oldest > now - FLOOD_MS ? oldest + FLOOD_MS : now;
}

const nextHour = (now: number): number => (Math.floor(now / HOUR_MS) + 1) * HOUR_MS;

function digest(zone: string, now: number): number {
  const local = now + offsetMs(now, zone);
  const today = Math.floor(local / DAY_MS) * DAY_MS + DIGEST_HOUR * HOUR_MS;
  return asInstant(today > local ? today : today + DAY_MS, zone);
}

/** The end of the quiet hours that contain `at`, or `at`. */
export function endOfQuietHours({ from, to }: QuietHours, zone: string, at: number): number {
  const local = at + offsetMs(at, zone);
  const midnight = Math.floor(local / DAY_MS) * DAY_MS;
  const minute = Math.floor((local - midnight) / MINUTE_MS);
  const isQuiet = from < to ? from <= minute && minute < to : minute >= from || minute < to;
  if (!isQuiet) return at;
  const end = midnight + to * MINUTE_MS;
  return asInstant(end > local ? end : end + DAY_MS, zone);
}

/** A local time as an instant: the later one if clocks show the time twice, moved by the change if they skip it. */
function asInstant(local: number, zone: string): number {
  const offsets = [offsetMs(local - DAY_MS, zone), offsetMs(local + DAY_MS, zone)];
  const instants = offsets.map((offset) => local - offset);
  const shown = instants.filter((instant) => instant + offsetMs(instant, zone) === local);
  return Math.max(...(shown.length > 0 ? shown : instants));
}
