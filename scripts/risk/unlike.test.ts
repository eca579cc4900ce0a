import { expect, test } from "vitest";
import { figuresOf } from "./alarms";
import { judgeUnlike } from "./evaluate-unlike";
import { UNLIKE } from "./unlike";

/** At the last of its cut-offs only: each costs four fits. */
const judged = (name: string, seed: number) => {
  const make = UNLIKE[name];
  if (!make) throw new Error(`no project ${name}`);
  const project = make(seed);
  const found = judgeUnlike({ ...project, cutoffs: project.cutoffs.slice(-1) });
  return {
    ...found,
    now: figuresOf(found.silences, (one) => one.ours),
    old: figuresOf(found.silences, (one) => one.before),
  };
};

// Seeds other than those of docs/risk.md.
test.each(["growing tenfold", "one huge bot", "events tell who stays"])(
  "%s: better than silence, calibrated, and alarms are right more often than the old rule's",
  (name) => {
    const { auc, silenceAuc, calibrationError, now, old } = judged(name, 51);
    expect(auc).toBeGreaterThan(silenceAuc);
    expect(calibrationError).toBeLessThan(0.04);
    expect(now.precision).toBeGreaterThan(1.4 * old.precision);
  },
);

test.each(["coin tosses, seldom, with events", "coin tosses, often"])(
  "%s: the screen claims nothing and lists next to nobody",
  (name) => {
    const { people, quiet, verdicts, now, silences } = judged(name, 52);
    expect(verdicts).not.toContain("better");
    expect(quiet).toBeLessThan(people / 200);
    expect(now.alarms).toBeLessThan(silences.length / 100);
  },
);

test("where nobody leaves, next to nobody is listed", () => {
  const { people, quiet, now, silences } = judged("nobody leaves", 53);
  expect(quiet).toBeLessThan(people / 100);
  expect(now.alarms).toBeLessThan(silences.length / 50);
});

test.each(["three weeks old", "six weeks old", "thirty people", "everybody left 30 days ago"])(
  "%s: any probability is one, and the track record claims nothing it has not seen",
  (name) => {
    const { ours, people, verdicts } = judged(name, 54);
    expect(people).toBeGreaterThan(0);
    for (const { score } of ours) expect(score >= 0 && score <= 1).toBe(true);
    if (name !== "everybody left 30 days ago") expect(verdicts).not.toContain("better");
  },
);
