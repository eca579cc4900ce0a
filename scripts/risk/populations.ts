import { type History, weekdayOf } from "@/lib/risk/history";

/** An invented person: their visits, and the first day on which they would no longer have come. */
export type Invented = History & { leftOn: number };

/** Mulberry32: the same numbers for the same seed, from 0 up to 1. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A Monday, so that weekdays are easy to recognise. */
export const FIRST_DAY = 20_003 - weekdayOf(20_003);
export const LENGTH_DAYS = 420;

/** How likely a visit is on a day, for somebody who has not left; `since` days after their last visit. */
export type VisitHabit = (day: number, since: number) => number;

export const exponential = (random: () => number, mean: number) => -Math.log(1 - random()) * mean;

/** Mondays to Fridays, some more and some less reliably; hardly ever at the weekend. */
export const worker = (random: () => number): VisitHabit => {
  const chance = 0.5 + 0.45 * random();
  return (day) => (weekdayOf(day) < 5 ? chance : 0.02);
};

/** Once a week on a weekday of their own, sometimes a day late. */
export const weekly = (random: () => number): VisitHabit => {
  const own = Math.floor(random() * 7);
  const late = (own + 1) % 7;
  return (day, since) => (weekdayOf(day) === own ? 0.85 : weekdayOf(day) === late && since > 6 ? 0.7 : 0.01);
};

/** About every 30 days. */
export const monthly = (random: () => number): VisitHabit => {
  const usual = 26 + Math.floor(random() * 8);
  return (_day, since) => (since < usual - 3 ? 0.005 : since < usual + 4 ? 0.3 : 0.1);
};

/** On any day alike, at an individual rate: the assumptions of BG/NBD. */
export const anytime = (random: () => number): VisitHabit => {
  const rate = Math.min(0.8, exponential(random, 0.15) + 0.01);
  return () => rate;
};

/** Comes less and less often in the weeks before leaving. */
const fading =
  (habit: VisitHabit, leftOn: number): VisitHabit =>
  (day, since) =>
    habit(day, since) * Math.max(0.15, Math.min(1, (leftOn - day) / 28));

/** `joins`: the first day, of LENGTH_DAYS; any that leaves 90 days by default. */
export type PersonKind = {
  habit: (random: () => number) => VisitHabit;
  meanLife: number;
  fades?: boolean;
  joins?: (random: () => number) => number;
};

function person(random: () => number, kind: PersonKind, id: number): Invented {
  const first = FIRST_DAY + Math.floor(kind.joins ? kind.joins(random) : random() * (LENGTH_DAYS - 90));
  const leftOn = first + 1 + Math.floor(exponential(random, kind.meanLife));
  const plain = kind.habit(random);
  const habit = kind.fades ? fading(plain, leftOn) : plain;
  const days = [first];
  for (let day = first + 1; day < Math.min(FIRST_DAY + LENGTH_DAYS, leftOn); day++)
    if (random() < habit(day, day - (days.at(-1) as number))) days.push(day);
  return { person: id, days, leftOn };
}

export const inventPopulation = (seed: number, size: number, kinds: readonly PersonKind[]): Invented[] => {
  const random = randomOf(seed);
  return Array.from({ length: size }, (_, i) => person(random, kinds[i % kinds.length] as PersonKind, i + 1));
};

export const FOREVER = 1e9;
export const LIFE = 150;

/** Populations whose habits and departures are known. */
export const POPULATIONS = {
  "weekday workers": (seed = 1, size = 1_500) => inventPopulation(seed, size, [{ habit: worker, meanLife: LIFE }]),
  "weekly visitors": (seed = 2, size = 1_500) => inventPopulation(seed, size, [{ habit: weekly, meanLife: LIFE }]),
  "monthly visitors": (seed = 3, size = 1_500) => inventPopulation(seed, size, [{ habit: monthly, meanLife: 300 }]),
  "visitors at any time": (seed = 4, size = 1_500) =>
    inventPopulation(seed, size, [{ habit: anytime, meanLife: LIFE }]),
  "all of these, half fading": (seed = 5, size = 2_000) =>
    inventPopulation(
      seed,
      size,
      [worker, weekly, monthly, anytime].flatMap((habit) => [
        { habit, meanLife: LIFE },
        { habit, meanLife: LIFE, fades: true },
      ]),
    ),
  /** Everybody is alike and nobody ever leaves: there is nothing to predict. */
  "coin tosses": (seed = 6, size = 1_500) =>
    inventPopulation(seed, size, [{ habit: () => () => 0.06, meanLife: FOREVER }]),
} as const;

/**
 * An invented account: the days on which any of its people came, and the day from which nobody would have come any
 * more.
 */
export type InventedAccount = Invented & { people: Invented[] };

/**
 * Accounts of one to eight people, each with their own habit. Half of the accounts lose everybody within two weeks (a
 * cancellation); in the others somebody leaves now and then.
 */
export function inventAccounts(seed: number, size: number): InventedAccount[] {
  const random = randomOf(seed);
  const habits = [worker, weekly, monthly, anytime];
  return Array.from({ length: size }, (_, i): InventedAccount => {
    const first = FIRST_DAY + Math.floor(random() * (LENGTH_DAYS - 120));
    const cancelled = random() < 0.5 ? first + 20 + Math.floor(exponential(random, LIFE)) : FOREVER;
    const people = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, j): Invented => {
      const kind: PersonKind = {
        habit: habits[Math.floor(random() * habits.length)] as PersonKind["habit"],
        meanLife: 400,
      };
      const one = person(random, kind, 1_000 * (i + 1) + j);
      const shift = first + Math.floor(exponential(random, 20)) - (one.days[0] as number);
      const leftOn = Math.min(one.leftOn + shift, cancelled + Math.floor(14 * random()));
      const end = Math.min(leftOn, FIRST_DAY + LENGTH_DAYS);
      // Whole weeks, so that weekdays are preserved.
      const days = one.days.map((day) => day + 7 * Math.round(shift / 7)).filter((day) => day < end && day >= first);
      return { person: one.person, days, leftOn };
    });
    const days = [...new Set([first, ...people.flatMap((one) => one.days)])].sort((a, b) => a - b);
    return { person: i + 1, days, leftOn: Math.max(...people.map((one) => one.leftOn)), people };
  });
}
