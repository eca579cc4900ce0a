import fc from "fast-check";
import { expect, test } from "vitest";
import { type EventUse, type Feature, featureListSchema, featureUses, MAX_FEATURES } from "./rule";

const NAMES = ["export", "invite", "report", "import", "share"];
const anyFeatures: fc.Arbitrary<Feature[]> = fc.shuffledSubarray(NAMES).chain((names) =>
  fc.array(fc.nat(2), { minLength: names.length, maxLength: names.length }).map((groups) =>
    [0, 1, 2].flatMap((group) => {
      const events = names.filter((_, i) => groups[i] === group);
      return events.length === 0 ? [] : [{ id: `f${group}`, name: `F${group}`, events }];
    }),
  ),
);
const anyUse: fc.Arbitrary<EventUse[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES, "other"),
    events: fc.integer({ min: 1, max: 100 }),
    firstAt: fc.nat(1_000),
    lastAt: fc.integer({ min: 1_000, max: 2_000 }),
  }),
  { selector: (use) => use.name },
);

test("every feature is listed once, with exactly the uses of its events, in the order of first use", () => {
  fc.assert(
    fc.property(anyFeatures, anyUse, (features, done) => {
      const uses = featureUses(features, done);
      expect(uses.map(({ id }) => id).sort()).toEqual(features.map(({ id }) => id).sort());
      for (const { events, use } of uses) {
        const own = done.filter(({ name }) => events.includes(name));
        expect(use === null).toBe(own.length === 0);
        if (use === null) continue;
        expect(use.events).toBe(own.reduce((sum, one) => sum + one.events, 0));
        expect(own.map((one) => one.events).sort((a, b) => b - a)[0]).toBe(use.most);
        expect(own.every(({ firstAt, lastAt }) => use.firstAt <= firstAt && lastAt <= use.lastAt)).toBe(true);
      }
      const firsts = uses.map(({ use }) => use?.firstAt ?? Number.POSITIVE_INFINITY);
      expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    }),
  );
});

const one = { id: "", name: "Reports", events: ["report"] };
test.each([
  ["no name", [{ ...one, name: " " }], "A feature needs a name."],
  ["no event", [{ ...one, events: [] }], "A feature has at least one event."],
  ["one name twice", [one, { ...one, events: ["x"] }], "Two features are called “Reports”."],
  ["one event twice", [one, { ...one, name: "R" }], "“report” is in two places. An event belongs to one feature."],
  [
    "too many",
    Array.from({ length: MAX_FEATURES + 1 }, (_, i) => ({ id: "", name: `${i}`, events: [`${i}`] })),
    `At most ${MAX_FEATURES} features.`,
  ],
  ["what cannot be stored", [{ ...one, name: "a\u0000" }], "That name cannot be stored."],
])("a list of features with %s is rejected with a message", (_what, list, message) => {
  expect(featureListSchema.safeParse(list).error?.issues[0]?.message).toBe(message);
});
