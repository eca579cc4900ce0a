import { pluralCount } from "@/lib/format/number";
import { type Habit, habitAfter, type LifecycleRule, runAt, type State, stateRunsOf } from "./states";

export const STATE_LABELS: Record<State, string> = {
  new: "New",
  active: "Active",
  slipping: "Slipping",
  dormant: "Dormant",
  resurrected: "Resurrected",
};

/** Active days that make a habit: three gaps. */
const HABITUAL_DAYS = 4;

/** A state and its reason: "usually every 2 days, last seen 9 days ago". */
export type StateSentence = { state: State; reason: string };

/**
 * The state on day `today` and its reason; null before the first of `days`, which are ascending. All in days since
 * 1970.
 */
export function stateSentence(days: readonly number[], today: number, rule: LifecycleRule): StateSentence | null {
  const known = days.filter((day) => day <= today);
  const [first, last, habit] = [known[0], known.at(-1), habitAfter(known, rule)];
  const state = runAt(stateRunsOf(known, rule), today)?.state;
  if (first === undefined || last === undefined || !habit || !state) return null;
  switch (state) {
    case "new":
      return { state, reason: `first seen ${ago(today - first)}` };
    case "resurrected": {
      const back = known.findLastIndex(
        (day, i) => i > 0 && day - (known[i - 1] as number) >= habitBefore(known, i, rule),
      );
      const silence = (known[back] as number) - (known[back - 1] as number);
      return {
        state,
        reason: `came back ${ago(today - (known[back] as number))} after ${pluralCount(silence, "day")}`,
      };
    }
    default:
      return { state, reason: `${usually(habit, known.length)}, last seen ${ago(today - last)}` };
  }
}

/** The silence after which somebody would have been dormant, as of the day before their i-th one. */
const habitBefore = (days: readonly number[], i: number, rule: LifecycleRule): number =>
  (habitAfter(days.slice(0, i), rule)?.dormantAfter ?? 0) + 1;

function usually({ gapDays }: Habit, days: number): string {
  if (days < HABITUAL_DAYS) return `seen on ${pluralCount(days, "day")} only`;
  const gap = Math.round(gapDays);
  return gap <= 1 ? "usually every day" : `usually every ${gap} days`;
}

const ago = (days: number): string => (days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`);
