import { counted } from "@/lib/format/number";

/**
 * Going quiet: silent for more than three times one's usual gap between active days (the median), or for 14 days where there are
 * fewer than 4 active days to know a habit from. The moment it begins is `quietAt` of the facts (lib/profiles/facts.store).
 */
export type Habit = { usualGapDays: number | null; activeDays: number; stopped: string | null };

const DAY_MS = 86_400_000;

/** "usually every 2 days, quiet for 9; stopped exporting": why somebody stands under Going quiet. */
export function quietReason(habit: Habit, lastSeen: number, now: number): string {
  const silent = Math.max(0, Math.floor((now - lastSeen) / DAY_MS));
  const quiet =
    habit.usualGapDays === null
      ? `seen on ${counted(habit.activeDays, "day")} only, quiet for ${counted(silent, "day")}`
      : `usually ${everyDays(habit.usualGapDays)}, quiet for ${silent}`;
  return habit.stopped === null ? quiet : `${quiet}; stopped ${doing(habit.stopped)}`;
}

function everyDays(gap: number): string {
  if (gap < 1.5) return "every day";
  return `every ${Number.isInteger(gap) ? gap : gap.toFixed(1)} days`;
}

/** "export" → "exporting"; what is no plain English verb is quoted as it is: “invite_sent”. */
export function doing(event: string): string {
  if (!/^[a-z]{3,12}$/.test(event) || /(ed|ing|ion|ment|s)$/.test(event)) return `“${event}”`;
  if (/[^aeiou]e$/.test(event)) return `${event.slice(0, -1)}ing`;
  if (/^[^aeiou]*[aeiou][bdgklmnprt]$/.test(event)) return `${event}${event.at(-1)}ing`;
  return `${event}ing`;
}
