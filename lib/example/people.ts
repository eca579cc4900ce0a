import { DAY_MS, inHours } from "./calendar";
import { COMPANY_FIRST, COMPANY_KINDS, COMPANY_SECOND, FIRST_NAMES, LAST_NAMES } from "./names";
import type { DemoCompany, DemoDevice, DemoHabit, DemoPerson, PlanChange, Story } from "./person";
import type { Random } from "./random";
import { applyStory, storyOf } from "./stories";
import { DEMO_PLACES, DESKTOPS, PHONES, SOURCES, TABLET } from "./world";

/** Age of the demo's first company, in days. */
export const HISTORY_DAYS = 365;

const HABITS: readonly (readonly [number, DemoHabit])[] = [
  [9, "power"],
  [38, "regular"],
  [22, "light"],
  [13, "slipping"],
  [18, "lost"],
];
const SEATS: readonly (readonly [number, number])[] = [
  [30, 1],
  [24, 2],
  [16, 3],
  [10, 4],
  [8, 6],
  [6, 8],
  [4, 11],
  [2, 16],
];
/** Of slipping people with this long a history, this share came on one fixed weekday, until this long ago. */
const REGULAR_SHARE = 0.4;
const REGULAR_DAYS = 130;
const MISSED_DAYS = 24;
const ROLES = ["Chef", "Sous chef", "Manager", "Bookkeeper", "Buyer", "Baker", "Shift lead"];

/** The first `count` people, company by company. A smaller count returns a prefix. */
export function inventPeople(random: Random, now: number, count: number): DemoPerson[] {
  const people: DemoPerson[] = [];
  const slugs = new Set<string>();
  const stories = new Set<Story>();
  for (let number = 1; people.length < count; number++) {
    const company = inventCompany(random.fork(`company/${number}`), now, number, slugs, stories);
    const emails = new Set<string>();
    for (let seat = 0; seat < company.seats; seat++) {
      const fork = random.fork(`person/${number}/${seat}`);
      const person = inventPerson(fork, now, company, seat, 1000 + people.length, emails);
      people.push(applyStory(person, seat, now));
    }
  }
  return people.slice(0, count);
}

function inventCompany(random: Random, now: number, number: number, slugs: Set<string>, used: Set<Story>): DemoCompany {
  const place = random.weighted(DEMO_PLACES);
  const [kind, industry] = random.pick(COMPANY_KINDS);
  const words = `${random.pick(COMPANY_FIRST)} ${random.pick(COMPANY_SECOND)} ${kind}`;
  const plain = words.toLowerCase().replaceAll(" ", "");
  const taken = slugs.has(plain);
  const slug = taken ? `${plain}${place.city.toLowerCase()}${number}` : plain;
  slugs.add(slug);
  const seats = random.weighted(SEATS);
  // The exponent makes later months busier, as in a growing company.
  const foundedAt = inHours(random, now - HISTORY_DAYS * DAY_MS * (1 - random.between(0.001, 0.98) ** 0.65), place);
  const plans: PlanChange[] = [{ at: foundedAt, plan: "free" }];
  const paysFrom = foundedAt + random.between(9, 34) * DAY_MS;
  if (random.chance(seats > 2 ? 0.78 : 0.42)) plans.push({ at: paysFrom, plan: "kitchen" });
  if (plans.length > 1 && seats >= 6) plans.push({ at: paysFrom + random.between(25, 110) * DAY_MS, plan: "group" });
  const happened = plans.filter((change) => change.at < now);
  return {
    id: `cmp_${100 + number}`,
    name: taken ? `${words} ${place.city}` : words,
    slug,
    industry,
    place,
    seats,
    foundedAt,
    plans: happened,
    story: storyOf({ seats, foundedAt, plans: happened }, now, used),
    tablet:
      seats >= 4 && random.chance(0.4)
        ? { anonymousId: random.uuid(), hardware: TABLET, since: foundedAt + 20 * DAY_MS }
        : null,
  };
}

function inventPerson(
  random: Random,
  now: number,
  company: DemoCompany,
  seat: number,
  number: number,
  emails: Set<string>,
): DemoPerson {
  const founder = seat === 0;
  const firstName = random.pick(FIRST_NAMES);
  const lastName = random.pick(LAST_NAMES);
  const plain = firstName.toLowerCase();
  const email = `${emails.has(plain) ? `${plain}.${lastName.toLowerCase()}${seat}` : plain}@${company.slug}.example`;
  emails.add(plain);
  const joined = company.foundedAt + (1 + random.pause(12, 1)) * DAY_MS;
  // Nobody joins after now: later sign-ups are moved to a time since the founding.
  const joinedAt =
    joined < now - 2 * DAY_MS
      ? joined
      : company.foundedAt + DAY_MS + random.unit() * (now - company.foundedAt - 3 * DAY_MS);
  const signedUpAt = founder ? company.foundedAt : inHours(random, joinedAt, company.place);
  const habit = random.weighted(HABITS);
  const devices: DemoDevice[] = [
    { anonymousId: random.uuid(), hardware: random.weighted(random.chance(0.78) ? DESKTOPS : PHONES), since: 0 },
  ];
  const second = random.chance(habit === "power" ? 0.75 : 0.3);
  const other = random.weighted(devices[0]?.hardware.device === "mobile" ? DESKTOPS : PHONES);
  const secondSince = signedUpAt + random.between(0.2, 40) * DAY_MS;
  if (second) devices.push({ anonymousId: random.uuid(), hardware: other, since: secondSince });
  const quiet = quietSince(random, now, habit, signedUpAt);
  const source = random.weighted(SOURCES);
  const isRegular = quiet !== null && habit === "slipping" && random.chance(REGULAR_SHARE);
  const hasHabit = signedUpAt < now - REGULAR_DAYS * DAY_MS;
  return {
    userId: `usr_${number}`,
    firstName,
    lastName,
    email,
    role: founder ? "Owner" : random.pick(ROLES),
    company,
    founder,
    habit,
    signedUpAt,
    quietSince: isRegular && hasHabit ? now - MISSED_DAYS * DAY_MS : quiet,
    weekday: isRegular && hasHabit ? random.whole(1, 5) : null,
    source,
    devices,
  };
}

/** Slipping: three to ten weeks ago, for those with enough history to have had a habit. Lost: days after signing up. */
function quietSince(random: Random, now: number, habit: DemoHabit, signedUpAt: number): number | null {
  if (habit === "lost") return signedUpAt + random.between(0.5, 12) * DAY_MS;
  if (habit !== "slipping") return null;
  const silence = random.between(20, 70) * DAY_MS;
  return now - silence > signedUpAt + 14 * DAY_MS ? now - silence : null;
}
