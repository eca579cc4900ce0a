import { counted } from "@/lib/format/number";

/**
 * Going quiet: silent for more than three times one's usual gap between active days (the median), or for 14 days where
 * there are fewer than 4 active days to know a habit from. The moment it begins is `quietAt` of the facts
 * (lib/profiles/facts/facts.store).
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

/** Past participles that are no verb and "ed", as they end event names. */
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
 * "export" → "exporting", "report_exported" and "Report Exported" → "exporting reports"; what is neither a plain
 * English verb nor a thing and what was done to it is quoted as it is: “checkout-v2”.
 */
export function doing(event: string): string {
  if (/^[a-z]{3,12}$/.test(event) && !/(ed|ing|ion|ment|s)$/.test(event)) return gerund(event);
  const words = event
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[_ ]/);
  const verb = words.pop() ?? "";
  const thing = words.join(" ");
  const stem = /^([a-z]+[^e])ed$/.exec(verb)?.[1];
  const act = Object.hasOwn(IRREGULAR, verb) ? IRREGULAR[verb] : stem && `${stem.replace(/i$/, "y")}ing`;
  return act && /^[a-z]{3,}(?: [a-z]{2,})*$/.test(thing) ? `${act} ${plural(thing)}` : `“${event}”`;
}

function gerund(verb: string): string {
  if (/[^aeiou]e$/.test(verb)) return `${verb.slice(0, -1)}ing`;
  if (/^[^aeiou]*[aeiou][bdgklmnprt]$/.test(verb)) return `${verb}${verb.at(-1)}ing`;
  return `${verb}ing`;
}

function plural(thing: string): string {
  if (/s$/.test(thing)) return thing;
  if (/(?:x|z|ch|sh)$/.test(thing)) return `${thing}es`;
  return /[^aeiou]y$/.test(thing) ? `${thing.slice(0, -1)}ies` : `${thing}s`;
}
