import type { History } from "@/lib/risk/history";
import {
  anytime,
  exponential,
  FIRST_DAY,
  FOREVER,
  type Invented,
  inventPopulation,
  LIFE,
  monthly,
  type PersonKind,
  randomOf,
  type VisitHabit,
  weekly,
  worker,
} from "./populations";

/** Several consecutive active days, then weeks of silence. */
const bursts = (random: () => number): VisitHabit => {
  const [stay, start] = [0.75 + 0.15 * random(), 0.02 + 0.05 * random()];
  return (_day, since) => (since === 1 ? stay : start);
};

/** Hardly anything in the holidays, of which everybody returns. */
const holidays =
  (habit: (random: () => number) => VisitHabit, from: number, to: number) =>
  (random: () => number): VisitHabit => {
    const own = habit(random);
    return (day, since) => (day >= FIRST_DAY + from && day < FIRST_DAY + to ? 0.05 : 1) * own(day, since);
  };

/** Comes less and less, half as often every 60 days, without ever leaving. */
const slowing = (random: () => number): VisitHabit => {
  const [rate, since] = [0.3 + 0.6 * random(), FIRST_DAY + Math.floor(330 * random())];
  return (day) => rate * 0.5 ** (Math.max(0, day - since) / 60);
};

/** Seldom: a shop. Most buy once. */
const shopper = (random: () => number): VisitHabit => {
  const rate = Math.min(0.3, exponential(random, 0.015));
  return () => rate;
};

/** Everybody alike, on any day. */
const toss =
  (chance: number): PersonKind["habit"] =>
  () =>
  () =>
    chance;

const MIXED = [worker, weekly, monthly, anytime];
const mixed = (kind: Omit<PersonKind, "habit">): PersonKind[] => MIXED.map((habit) => ({ ...kind, habit }));

/** The number of events of each day, at random around each person's mean. */
function withEvents(people: readonly Invented[], mean: (one: Invented, random: () => number) => number): Invented[] {
  const random = randomOf(people.length);
  return people.map((one) => {
    const own = mean(one, random);
    return { ...one, events: one.days.map(() => 1 + Math.floor(2 * own * random())) };
  });
}

const bot = (id: number): Invented => {
  const days = Array.from({ length: 420 }, (_, i) => FIRST_DAY + i);
  return { person: id, days, events: days.map(() => 1_000_000), leftOn: FOREVER };
};

/** Cut-offs in days after START. */
export type Unlike = { people: History[]; cutoffs: readonly number[]; horizon: number };

const USUAL = [240, 269, 298];

/** Populations that the model was not developed on, for projects of another kind. */
export const UNLIKE: Record<string, (seed: number) => Unlike> = {
  bursts: (seed) => ({
    people: inventPopulation(seed, 1_500, [{ habit: bursts, meanLife: LIFE }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "a shop, 28 days": (seed) => ({
    people: inventPopulation(seed, 4_000, [{ habit: shopper, meanLife: 300 }]),
    cutoffs: USUAL,
    horizon: 28,
  }),
  "ever slower": (seed) => ({
    people: inventPopulation(seed, 1_500, [{ habit: slowing, meanLife: FOREVER }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "four weeks of holidays, after them": (seed) => ({
    people: inventPopulation(seed, 1_500, [{ habit: holidays(worker, 200, 228), meanLife: LIFE }]),
    cutoffs: [235, 242, 256, 270],
    horizon: 14,
  }),
  "four weeks of holidays, in them": (seed) => ({
    people: inventPopulation(seed, 1_500, [{ habit: holidays(worker, 200, 228), meanLife: LIFE }]),
    cutoffs: [200, 207, 214],
    horizon: 14,
  }),
  "growing tenfold": (seed) => ({
    people: inventPopulation(
      seed,
      1_500,
      mixed({ meanLife: LIFE, joins: (random) => 330 * Math.log10(1 + 9 * random()) }),
    ),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "three weeks old": (seed) => ({
    people: inventPopulation(seed, 600, mixed({ meanLife: 30, joins: (random) => 280 + 21 * random() })),
    cutoffs: [301],
    horizon: 14,
  }),
  "six weeks old": (seed) => ({
    people: inventPopulation(seed, 600, mixed({ meanLife: 60, joins: (random) => 280 + 42 * random() })),
    cutoffs: [322],
    horizon: 14,
  }),
  "thirty people": (seed) => ({
    people: inventPopulation(seed, 30, mixed({ meanLife: LIFE })),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "150 people": (seed) => ({
    people: inventPopulation(seed, 150, mixed({ meanLife: LIFE })),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "everybody left 30 days ago": (seed) => {
    const people = inventPopulation(seed, 800, mixed({ meanLife: FOREVER, joins: (random) => 180 * random() }));
    return {
      people: people.map((one) => ({ ...one, days: one.days.filter((day) => day < FIRST_DAY + 210) })),
      cutoffs: [240],
      horizon: 14,
    };
  },
  "nobody leaves": (seed) => ({
    people: inventPopulation(seed, 800, mixed({ meanLife: FOREVER })),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "one huge bot": (seed) => ({
    people: [...withEvents(inventPopulation(seed, 1_000, mixed({ meanLife: LIFE })), () => 3), bot(1_001)],
    cutoffs: USUAL,
    horizon: 14,
  }),
  "events tell who stays": (seed) => ({
    people: withEvents(inventPopulation(seed, 1_500, [{ habit: anytime, meanLife: LIFE }]), ({ leftOn, days }) =>
      leftOn - (days[0] as number) > LIFE ? 8 : 2,
    ),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "coin tosses, seldom, with events": (seed) => ({
    people: withEvents(
      inventPopulation(seed, 1_500, [{ habit: toss(0.03), meanLife: FOREVER }]),
      (_one, random) => 10 * random(),
    ),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "coin tosses, often": (seed) => ({
    people: inventPopulation(seed, 1_500, [{ habit: toss(0.3), meanLife: FOREVER }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
};
