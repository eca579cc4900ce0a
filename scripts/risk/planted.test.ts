import { expect, test } from "vitest";
import { isActiveWithin } from "@/lib/risk/history";
import { auc, calibrationError, type Scored } from "@/lib/risk/measures";
import { fitModel, returnWithinHorizon } from "@/lib/risk/model";
import { figuresOf, silencesAfter } from "./alarms";
import { knownAt } from "./histories";
import { FIRST_DAY, type Invented, POPULATIONS, randomOf } from "./populations";

const HORIZON = 14;
const CUTOFFS = [240, 269, 298].map((day) => FIRST_DAY + day);

/** What the model and days of silence predict for these people at the cut-offs, and who returned. */
function judged(people: readonly Invented[]) {
  const [ours, silent, alive]: [Scored[], Scored[], Scored[]] = [[], [], []];
  const silencesOf: (() => ReturnType<typeof silencesAfter>)[] = [];
  for (const cutoff of CUTOFFS) {
    const known = knownAt(people, cutoff);
    const model = fitModel(known, cutoff, HORIZON);
    if (!model) throw new Error("too little history");
    for (const { person, days, events } of known) {
      const { days: all, leftOn } = people[person - 1] as Invented;
      const returned = isActiveWithin(all, cutoff, cutoff + HORIZON);
      const score = returnWithinHorizon(model, days, cutoff, events) ?? 0;
      ours.push({ score, returned });
      alive.push({ score, returned: leftOn > cutoff });
      silent.push({ score: -(cutoff - (days.at(-1) as number)), returned });
    }
    silencesOf.push(() => silencesAfter(people, cutoff, model));
  }
  return { ours, silent, alive, silences: () => silencesOf.flatMap((find) => find()) };
}

// Seeds other than those of the evaluation: nothing was chosen by looking at these people.
const judgements = new Map<string, ReturnType<typeof judged>>();
function judgedOnce(name: keyof typeof POPULATIONS) {
  const found = judgements.get(name) ?? judged(POPULATIONS[name](77, 1_200));
  judgements.set(name, found);
  return found;
}

test.each([
  "weekday workers",
  "weekly visitors",
  "monthly visitors",
  "visitors at any time",
  "all of these, half fading",
] as const)("%s: who left is predicted better than by silence, with calibrated probabilities", (name) => {
  const { ours, silent, alive } = judgedOnce(name);
  expect(auc(ours)).toBeGreaterThan(auc(silent));
  // Who has really left is known here, too.
  expect(auc(alive)).toBeGreaterThan(name === "monthly visitors" ? 0.75 : 0.85);
  expect(calibrationError(ours)).toBeLessThan(0.03);
});

test.each(["weekday workers", "all of these, half fading"] as const)(
  "%s: alarms are right at least twice as often as those of three usual gaps, and find as many departures",
  (name) => {
    const silences = judgedOnce(name).silences();
    const [ours, before] = [figuresOf(silences, (s) => s.ours), figuresOf(silences, (s) => s.before)];
    expect(ours.precision).toBeGreaterThan(2 * before.precision);
    expect(ours.recall).toBeGreaterThanOrEqual(before.recall);
  },
);

test("where nobody leaves and all are alike, nothing is found: no better than silence, and nobody is quiet", () => {
  const { ours, silent, silences: find } = judged(POPULATIONS["coin tosses"](79, 1_200));
  const silences = find();
  expect(Math.abs(auc(ours) - 0.5)).toBeLessThan(0.03);
  expect(Math.abs(auc(ours) - auc(silent))).toBeLessThan(0.03);
  expect(figuresOf(silences, (s) => s.ours).alarms).toBeLessThan(silences.length / 100);
});

const withEvents = (people: readonly Invented[], mean: (one: Invented) => number) => {
  const random = randomOf(5);
  return people.map((one) => ({ ...one, events: one.days.map(() => 1 + Math.floor(2 * mean(one) * random())) }));
};

test("what people do on active days counts where it predicts who stays, and does no harm elsewhere", () => {
  const people = POPULATIONS["visitors at any time"](82, 1_200);
  const plain = auc(judged(people).ours);
  const lifeOf = ({ leftOn, days }: Invented) => leftOn - (days[0] as number);
  expect(auc(judged(withEvents(people, (one) => (lifeOf(one) > 150 ? 8 : 2))).ours)).toBeGreaterThan(plain + 0.003);
  const noise = judged(withEvents(people, () => 5)).ours;
  expect(auc(noise)).toBeGreaterThan(plain - 0.002);
  expect(calibrationError(noise)).toBeLessThan(0.03);
});

test("a fit is reproducible, and uses nothing from after the cut-off", () => {
  const people = POPULATIONS["visitors at any time"](80, 400);
  const cutoff = FIRST_DAY + 240;
  const model = fitModel(knownAt(people, cutoff), cutoff, HORIZON);
  expect(fitModel(knownAt(people, cutoff), cutoff, HORIZON)).toEqual(model);
  expect(fitModel(people, cutoff, HORIZON)).toEqual(model);
});

test("too few people, or none who left or stayed, give no model", () => {
  const cutoff = FIRST_DAY + 240;
  expect(fitModel(knownAt(POPULATIONS["weekday workers"](81, 20), cutoff), cutoff, HORIZON)).toBeUndefined();
  const daily = Array.from({ length: 200 }, (_, person) => ({
    person,
    days: Array.from({ length: 240 }, (_, day) => FIRST_DAY + day),
  }));
  expect(fitModel(daily, cutoff, HORIZON)).toBeUndefined();
});
