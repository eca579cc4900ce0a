import type { History } from "@/lib/risk/history";
import {
  anytime,
  exponential,
  FOREVER,
  type Habit,
  type Invented,
  type Kind,
  LIFE,
  monthly,
  population,
  randomOf,
  START,
  weekly,
  worker,
} from "./populations";

/** Several consecutive active days, then weeks of silence. */
const bursts = (random: () => number): Habit => {
  const [stay, start] = [0.75 + 0.15 * random(), 0.02 + 0.05 * random()];
  return (_day, since) => (since === 1 ? stay : start);
};

/** Hardly anything in the holidays, of which everybody returns. */
const holidays =
  (habit: (random: () => number) => Habit, from: number, to: number) =>
  (random: () => number): Habit => {
    const own = habit(random);
    return (day, since) => (day >= START + from && day < START + to ? 0.05 : 1) * own(day, since);
  };

/** Comes less and less, half as often every 60 days, without ever leaving. */
const slowing = (random: () => number): Habit => {
  const [rate, since] = [0.3 + 0.6 * random(), START + Math.floor(330 * random())];
  return (day) => rate * 0.5 ** (Math.max(0, day - since) / 60);
};

/** Seldom: a shop. Most buy once. */
const shopper = (random: () => number): Habit => {
  const rate = Math.min(0.3, exponential(random, 0.015));
  return () => rate;
};

/** Everybody alike, on any day. */
const toss =
  (chance: number): Kind["habit"] =>
  () =>
  () =>
    chance;

const MIXED = [worker, weekly, monthly, anytime];
const mixed = (kind: Omit<Kind, "habit">): Kind[] => MIXED.map((habit) => ({ ...kind, habit }));

/** The number of events of each day, at random around each person's mean. */
function withEvents(people: readonly Invented[], mean: (one: Invented, random: () => number) => number): Invented[] {
  const random = randomOf(people.length);
  return people.map((one) => {
    const own = mean(one, random);
    return { ...one, events: one.days.map(() => 1 + Math.floor(2 * own * random())) };
  });
}

const bot = (id: number): Invented => {
  const days = Array.from({ length: 420 }, (_, i) => START + i);
  return { person: id, days, events: days.map(() => 1_000_000), leftOn: FOREVER };
};

/** Cut-offs in days after START. */
export type Unlike = { people: History[]; cutoffs: readonly number[]; horizon: number };

const USUAL = [240, 269, 298];

/** Populations that the model was not developed on, for projects of another kind. */
export const UNLIKE: Record<string, (seed: number) => Unlike> = {
  bursts: (seed) => ({
    people: population(seed, 1_500, [{ habit: bursts, meanLife: LIFE }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "a shop, 28 days": (seed) => ({
    people: population(seed, 4_000, [{ habit: shopper, meanLife: 300 }]),
    cutoffs: USUAL,
    horizon: 28,
  }),
  "ever slower": (seed) => ({
    people: population(seed, 1_500, [{ habit: slowing, meanLife: FOREVER }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "four weeks of holidays, after them": (seed) => ({
    people: population(seed, 1_500, [{ habit: holidays(worker, 200, 228), meanLife: LIFE }]),
    cutoffs: [235, 242, 256, 270],
    horizon: 14,
  }),
  "four weeks of holidays, in them": (seed) => ({
    people: population(seed, 1_500, [{ habit: holidays(worker, 200, 228), meanLife: LIFE }]),
    cutoffs: [200, 207, 214],
    horizon: 14,
  }),
  "growing tenfold": (seed) => ({
    people: population(seed, 1_500, mixed({ meanLife: LIFE, joins: (random) => 330 * Math.log10(1 + 9 * random()) })),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "three weeks old": (seed) => ({
    people: population(seed, 600, mixed({ meanLife: 30, joins: (random) => 280 + 21 * random() })),
    cutoffs: [301],
    horizon: 14,
  }),
  "six weeks old": (seed) => ({
    people: population(seed, 600, mixed({ meanLife: 60, joins: (random) => 280 + 42 * random() })),
    cutoffs: [322],
    horizon: 14,
  }),
  "thirty people": (seed) => ({ people: population(seed, 30, mixed({ meanLife: LIFE })), cutoffs: USUAL, horizon: 14 }),
  "150 people": (seed) => ({ people: population(seed, 150, mixed({ meanLife: LIFE })), cutoffs: USUAL, horizon: 14 }),
  "everybody left 30 days ago": (seed) => {
    const people = population(seed, 800, mixed({ meanLife: FOREVER, joins: (random) => 180 * random() }));
    return {
      people: people.map((one) => ({ ...one, days: one.days.filter((day) => day < START + 210) })),
      cutoffs: [240],
      horizon: 14,
    };
  },
  "nobody leaves": (seed) => ({
    people: population(seed, 800, mixed({ meanLife: FOREVER })),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "one huge bot": (seed) => ({
    people: [...withEvents(population(seed, 1_000, mixed({ meanLife: LIFE })), () => 3), bot(1_001)],
    cutoffs: USUAL,
    horizon: 14,
  }),
  "events tell who stays": (seed) => ({
    people: withEvents(population(seed, 1_500, [{ habit: anytime, meanLife: LIFE }]), ({ leftOn, days }) =>
      leftOn - (days[0] as number) > LIFE ? 8 : 2,
    ),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "coin tosses, seldom, with events": (seed) => ({
    people: withEvents(
      population(seed, 1_500, [{ habit: toss(0.03), meanLife: FOREVER }]),
      (_one, random) => 10 * random(),
    ),
    cutoffs: USUAL,
    horizon: 14,
  }),
  "coin tosses, often": (seed) => ({
    people: population(seed, 1_500, [{ habit: toss(0.3), meanLife: FOREVER }]),
    cutoffs: USUAL,
    horizon: 14,
  }),
};
