import type { DemoHabit, DemoPerson } from "./person";
import type { Random } from "./random";
import type { DemoPlace } from "./world";

export const DAY_MS = 86_400_000;

const HOUR_MS = 3_600_000;

/** Average visits on a normal weekday. */
const VISITS_A_DAY: Record<DemoHabit, number> = { power: 1.25, regular: 0.2, light: 0.07, slipping: 0.34, lost: 0.3 };

/** Sunday first. Kitchens order on Monday and close their books on Friday. */
const WEEKDAY = [0.22, 1.2, 1.05, 1, 1, 1.15, 0.5];

/** How often somebody with a fixed weekday keeps to it. */
const KEPT = 0.95;

/** Local hours, 0 to 23: after the deliveries, between lunch and dinner, and some late on the phone. */
const HOURS = [0, 0, 0, 0, 0.1, 0.6, 2, 5, 8, 10, 9, 5, 3, 3, 7, 9, 8, 5, 2, 1.5, 2, 2.5, 1.5, 0.4].map(
  (weight, hour) => [weight, hour] as const,
);

/** A likely hour of the day `at` falls on, at `place`. May be up to a day before or after `at`. */
export function inHours(random: Random, at: number, place: DemoPlace): number {
  const offset = place.utcOffsetHours * HOUR_MS;
  const day = Math.floor((at + offset) / DAY_MS);
  return Math.floor(day * DAY_MS - offset + (random.weighted(HOURS) + random.unit()) * HOUR_MS);
}

/** Start times of a person's visits after signing up, oldest first, all before `now`. */
export function visitTimes(random: Random, person: DemoPerson, now: number): number[] {
  const offset = person.company.place.utcOffsetHours * HOUR_MS;
  const end = Math.min(now, person.quietSince ?? now);
  const firstDay = Math.floor((person.signedUpAt + offset) / DAY_MS);
  const times: number[] = [];
  for (let day = firstDay; day * DAY_MS - offset < end; day++) {
    for (let visits = visitsOn(random, person, day, firstDay); visits > 0; visits--) {
      const hour = random.weighted(HOURS) + random.unit();
      // A weekday is a day in UTC, as states and risk count them.
      const time =
        person.weekday === null ? day * DAY_MS - offset + hour * HOUR_MS : day * DAY_MS + Math.min(20, hour) * HOUR_MS;
      // The first visit is over an hour after the sign-up.
      if (time > person.signedUpAt + HOUR_MS && time < end) times.push(time);
    }
  }
  times.sort((a, b) => a - b);
  return times.filter((time, index) => index === 0 || time - (times[index - 1] as number) > HOUR_MS);
}

/**
 * Number of visits on a day: more in the first week, fewer in the last two before going quiet. Somebody with a fixed
 * weekday comes on that day only.
 */
function visitsOn(random: Random, person: DemoPerson, day: number, firstDay: number): number {
  const weekday = new Date(day * DAY_MS).getUTCDay();
  if (person.weekday !== null) return Number(weekday === person.weekday && random.chance(KEPT));
  const curiosity = day - firstDay < 7 ? 1.6 : 1;
  const daysLeft = person.quietSince === null ? 99 : person.quietSince / DAY_MS - day;
  const fading = person.habit === "slipping" && daysLeft < 14 ? 0.5 : 1;
  const expected = VISITS_A_DAY[person.habit] * (WEEKDAY[weekday] as number) * curiosity * fading;
  return Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
}
