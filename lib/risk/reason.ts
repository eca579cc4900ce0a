import { pluralCount } from "@/lib/format/number";
import { weekdayOf } from "./history";

/**
 * A usual rhythm. "workdays": Monday to Friday; a number: days from one active day to the next; null: too few active
 * days to tell.
 */
export type UsualRhythm = "workdays" | { weekday: number } | number | null;

/** A feature with fewer uses may only have been tried out, so it cannot be dropped. */
export const DROPPED_MIN = 5;
/** A feature is dropped if it was not used for this many days in which its user was active. */
const DROPPED_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Whether somebody has dropped a feature: they did its most frequent event `most` times, and the last of any at
 * `lastAt`. Times in ms.
 */
export function isDropped(
  { most, lastAt }: { most: number; lastAt: number },
  { lastSeen, now }: { lastSeen: number | null; now: number },
): boolean {
  const since = now - DROPPED_DAYS * DAY_MS;
  return most >= DROPPED_MIN && lastAt < since && lastSeen !== null && lastSeen >= since;
}

/**
 * The reason for somebody's standing, as of the day it was computed. `silent`: the length of their silence in units of
 * their rhythm (working days, missed weekdays, or days). `errors`: errors met in their last week.
 */
export type QuietReason = {
  usual: UsualRhythm;
  silent: number;
  activeDays: number;
  stopped: string | null;
  errors: number;
};

/** A habit is derived from the last weeks of activity. */
const HABIT_WEEKS = 12;
/** With fewer active days than this, it may be chance that all are working days. */
const MIN_WORKDAYS = 10;
const MIN_WEEKDAYS = 6;
const SHARE_WORKDAYS = 0.95;
const SHARE_WEEKDAY = 0.75;
const WEEKDAYS = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];

/** The rhythm of somebody's last twelve weeks of activity, in everyday terms. */
export function usualRhythmOf(days: readonly number[]): UsualRhythm {
  const last = days.at(-1) ?? 0;
  const recent = days.filter((day) => day > last - 7 * HABIT_WEEKS);
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (const day of recent) counts[weekdayOf(day)] = (counts[weekdayOf(day)] as number) + 1;
  const most = Math.max(...counts);
  if (recent.length >= MIN_WEEKDAYS && most / recent.length >= SHARE_WEEKDAY) return { weekday: counts.indexOf(most) };
  const worked = counts.slice(0, 5).reduce((sum, count) => sum + count, 0);
  if (recent.length >= MIN_WORKDAYS && worked / recent.length >= SHARE_WORKDAYS) return "workdays";
  const gaps = days.slice(1).map((day, i) => day - (days[i] as number));
  if (gaps.length < 3) return null;
  gaps.sort((a, b) => a - b);
  const middle = gaps.length >> 1;
  const upper = gaps[middle] as number;
  return gaps.length % 2 === 1 ? upper : ((gaps[middle - 1] as number) + upper) / 2;
}

/** The length of somebody's silence since their last active day, in units of their rhythm; both days are over. */
export function silentOf(usual: UsualRhythm, last: number, today: number): number {
  if (usual === null || typeof usual === "number") return today - last;
  const isTheirs = (day: number) => (usual === "workdays" ? weekdayOf(day) < 5 : weekdayOf(day) === usual.weekday);
  const weeks = Math.floor((today - last) / 7);
  let own = weeks * (usual === "workdays" ? 5 : 1);
  for (let day = last + 7 * weeks + 1; day <= today; day++) if (isTheirs(day)) own++;
  return own;
}

/** "usually Mon to Fri, silent for 8 working days; stopped exporting; met 3 errors". */
export function reasonInWords({ usual, silent, activeDays, stopped, errors }: QuietReason): string {
  const parts = [rhythmInWords(usual, silent, activeDays)];
  if (stopped !== null) parts.push(`stopped ${activityInWords(stopped)}`);
  if (errors > 0) parts.push(`met ${pluralCount(errors, "error")} in their last week`);
  return parts.join("; ");
}

/** "usually every 2 days, silent for 9 days". */
export function rhythmInWords(usual: UsualRhythm, silent: number, activeDays: number): string {
  if (usual === null) return `seen on ${pluralCount(activeDays, "day")} only, silent for ${pluralCount(silent, "day")}`;
  if (usual === "workdays") return `usually Mon to Fri, silent for ${pluralCount(silent, "working day")}`;
  if (typeof usual === "number") return `usually ${everyDays(usual)}, silent for ${pluralCount(silent, "day")}`;
  return `usually on ${WEEKDAYS[usual.weekday]}, missed ${silent === 1 ? "one" : silent}`;
}

function everyDays(gap: number): string {
  if (gap < 1.5) return "every day";
  return `every ${Number.isInteger(gap) ? gap : gap.toFixed(1)} days`;
}

/** Irregular past participles that end event names. */
const IRREGULAR: { [past: string]: string } = {
  sent: "sending",
  made: "making",
  paid: "paying",
  bought: "buying",
  sold: "selling",
  built: "building",
  written: "writing",
  read: "reading",
  run: "running",
};

/**
 * "export" → "exporting", "report_exported" and "Report Exported" → "exporting reports"; a name that is neither a plain
 * English verb nor a noun with a participle is quoted as is: “checkout-v2”.
 */
export function activityInWords(event: string): string {
  if (/^[a-z]{3,12}$/.test(event) && !/(ed|ing|ion|ment|s)$/.test(event)) return gerund(event);
  const words = event
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[_ ]/);
  const verb = words.pop() ?? "";
  const noun = words.join(" ");
  const stem = /^([a-z]+[^e])ed$/.exec(verb)?.[1];
  const act = Object.hasOwn(IRREGULAR, verb) ? IRREGULAR[verb] : stem && `${stem.replace(/i$/, "y")}ing`;
  return act && /^[a-z]{3,}(?: [a-z]{2,})*$/.test(noun) ? `${act} ${plural(noun)}` : `“${event}”`;
}

function gerund(verb: string): string {
  if (/[^aeiou]e$/.test(verb)) return `${verb.slice(0, -1)}ing`;
  if (/^[^aeiou]*[aeiou][bdgklmnprt]$/.test(verb)) return `${verb}${verb.at(-1)}ing`;
  return `${verb}ing`;
}

/** Nouns that end event names and have no plural. */
const UNCOUNTABLE = /(?:^| )(?:access|content|data|feedback|help|information|media|music|support)$/;

function plural(noun: string): string {
  if (/s$/.test(noun) || UNCOUNTABLE.test(noun)) return noun;
  if (/(?:x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}
