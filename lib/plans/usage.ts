const DAY_MS = 24 * 60 * 60_000;

/** A calendar month in UTC. `days`: events that arrived on each day so far, the first of the month first. */
export type MonthUsage = { from: number; to: number; days: number[]; used: number; projected: number | null };

/** "2026-01-31" → events. */
export type ReceivedDays = ReadonlyMap<string, number>;

export function monthOf(now: number): { from: number; to: number } {
  const at = new Date(now);
  const month = (ahead: number) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + ahead, 1);
  return { from: month(0), to: month(1) };
}

/**
 * `projected`: events by the end of the month if it goes on like this; null on its first day, which says too little.
 * `since`: when the organization began, if that was within the month.
 */
export function monthUsage(received: ReceivedDays, now: number, since = 0): MonthUsage {
  const { from, to } = monthOf(now);
  const days: number[] = [];
  for (let day = from; day <= now; day += DAY_MS)
    days.push(received.get(new Date(day).toISOString().slice(0, 10)) ?? 0);
  const used = days.reduce((sum, events) => sum + events, 0);
  const elapsed = now - Math.max(from, since);
  const projected = elapsed < DAY_MS ? null : Math.round(used + (used / elapsed) * (to - now));
  return { from, to, days, used, projected };
}
