import { z } from "zod";
import type { RetentionSettings } from "./settings";

const DAY_MS = 24 * 60 * 60 * 1000;
export const MAX_RETENTION_DAYS = 3_650;

const DAYS = /^(\d{1,4})\s*(?:days?)?$/;

/**
 * Parses an entry of the setting: an event's name, which may contain colons, then a colon and days; null for anything
 * else.
 */
function parseEntry(entry: string): { name: string; days: number } | null {
  const colon = entry.lastIndexOf(":");
  const name = entry.slice(0, Math.max(colon, 0)).trim();
  const days = DAYS.exec(entry.slice(colon + 1).trim())?.[1];
  return name === "" || days === undefined ? null : { name, days: Number(days) };
}

export const retentionEntrySchema = z
  .string()
  .refine((entry) => parseEntry(entry) !== null, "Write each limit as name: days, like heartbeat: 30.")
  .refine(
    (entry) => (parseEntry(entry)?.days ?? 0) <= MAX_RETENTION_DAYS,
    `At most ${MAX_RETENTION_DAYS.toLocaleString("en")} days.`,
  );

/** For how many days events are kept (null: for ever): in general, and those with a limit of their own, by name. */
export type RetentionLimits = { all: number | null; byEvent: ReadonlyMap<string, number | null> };

const compiled = new WeakMap<RetentionSettings, RetentionLimits>();

export function retentionLimitsOf(settings: RetentionSettings): RetentionLimits {
  let limits = compiled.get(settings);
  if (!limits) {
    limits = { all: daysOf(settings.days), byEvent: new Map(settings.byEvent.flatMap(readEntry)) };
    compiled.set(settings, limits);
  }
  return limits;
}

/** A stored entry that can no longer be parsed has no effect. */
function readEntry(entry: string): [string, number | null][] {
  const parsed = parseEntry(entry);
  return parsed ? [[parsed.name, daysOf(parsed.days)]] : [];
}

const daysOf = (days: number): number | null => (days > 0 ? days : null);

/** The shortest limit in days; null if everything is kept. A visitor seen since may not have lost their last event. */
export function shortestOf({ all, byEvent }: RetentionLimits): number | null {
  const days = [all, ...byEvent.values()].filter((each) => each !== null);
  return days.length === 0 ? null : Math.min(...days);
}

/** What a limit applies to. Names only count for events, not for identifies and property changes. */
type Dated = { kind: string; name: string };

/** For how many days an operation is kept; null: for ever. */
export function retentionDaysOf(settings: RetentionSettings, { kind, name }: Dated): number | null {
  const { all, byEvent } = retentionLimitsOf(settings);
  const own = kind === "event" ? byEvent.get(name) : undefined;
  return own === undefined ? all : own;
}

/** Everything before this time (ms) is expired: the beginning of a UTC day, so that days are deleted whole. */
export const retentionCutoff = (days: number, now: number): number => Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;

/** The time (ms) since which such operations are kept; -Infinity: for ever. */
export function retainedSince(settings: RetentionSettings, operation: Dated, now: number): number {
  const days = retentionDaysOf(settings, operation);
  return days === null ? Number.NEGATIVE_INFINITY : retentionCutoff(days, now);
}
