import { DAY_MS } from "./calendar";
import type { Area } from "./features";
import type { DemoCompany, DemoHabit, DemoPerson, Story } from "./person";

/** One company each, so that the account screens have something to show. Days are before the demo's "now". */
const CHAMPION_LEFT_DAYS = 33;
const FEATURE_DROPPED_DAYS = 40;
/** The growing team: how many were there from the start, and when the others began to join. */
const FIRST_SEATS = 3;
const GROWING_DAYS = 42;
/** A company must be this old for the change to be visible. */
const SETTLED_DAYS = 150;
const DROPPED_PATH = "/app/stock";
export const DROPPED_EVENT = "stock_count_started";

/** Whether this story fits the company. */
const FITS: Record<Story, (company: Pick<DemoCompany, "seats">) => boolean> = {
  champion_left: ({ seats }) => seats === 6,
  team_grows: ({ seats }) => seats === 11,
  feature_dropped: ({ seats }) => seats === 4,
};

/** The story of a company: the first that fits and is not in `used`, to which it is added. Most have none. */
export function storyOf(
  company: Pick<DemoCompany, "seats" | "foundedAt" | "plans">,
  now: number,
  used: Set<Story>,
): Story | null {
  if (company.foundedAt > now - SETTLED_DAYS * DAY_MS || company.plans.length < 2) return null;
  const story = (Object.keys(FITS) as Story[]).find((name) => !used.has(name) && FITS[name](company)) ?? null;
  if (story) used.add(story);
  return story;
}

/** What a story changes for a person of its company; `seat` 0 is the owner. Nobody joins after `now`. */
export function applyStory(person: DemoPerson, seat: number, now: number): DemoPerson {
  const { company } = person;
  switch (company.story) {
    case "champion_left": {
      // The others stop one after the other, some days after the owner.
      const silentDays = CHAMPION_LEFT_DAYS - seat * 4;
      const habit: DemoHabit = seat === 0 ? "power" : "regular";
      return { ...person, habit, weekday: null, quietSince: now - silentDays * DAY_MS };
    }
    case "team_grows": {
      const joinedDays = GROWING_DAYS * (1 - (seat - FIRST_SEATS) / (company.seats - FIRST_SEATS));
      const signedUpAt =
        seat < FIRST_SEATS ? person.signedUpAt : Math.floor(now - Math.max(3, joinedDays) * DAY_MS + seat * 3_600_000);
      return { ...person, habit: seat % 3 === 0 ? "power" : "regular", weekday: null, quietSince: null, signedUpAt };
    }
    case "feature_dropped":
      return { ...person, habit: seat === 0 ? "power" : "regular", weekday: null, quietSince: null };
    default:
      return person;
  }
}

/** The factor by which people of a company use a part of the app at `ts` more or less than others. */
export function areaFactor(company: DemoCompany, area: Area, ts: number, now: number): number {
  if (company.story !== "feature_dropped" || area.path !== DROPPED_PATH) return 1;
  return ts < now - FEATURE_DROPPED_DAYS * DAY_MS ? 4 : 0;
}
