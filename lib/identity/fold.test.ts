import fc from "fast-check";
import { expect, test } from "vitest";
import type { PropertyChange } from "@/lib/events/property-change";
import { cases } from "@/tests/support/cases";
import { costRatio, costTest } from "@/tests/support/cost";
import { applyChange, compareStamps, foldProperties, mergeRegisters, type Registers, type Stamp } from "./fold";

type Write = { change: PropertyChange; stamp: Stamp };

const key = fc.constantFrom("plan", "n", "address", "address.city");
const value = fc.constantFrom(null, "pro", 1, 2.5, true, 0.1);
const change: fc.Arbitrary<PropertyChange> = fc.oneof(
  fc.record({ mode: fc.constantFrom("set", "set_once"), key, value }),
  fc.record({
    mode: fc.constantFrom("union", "remove"),
    key,
    value: fc.uniqueArray(fc.constantFrom("x", "y", 1, true), { minLength: 1 }),
  }),
  fc.record({ mode: fc.constant("increment"), key, value: fc.constantFrom(0.1, 0.2, -1, 3, 1e-7, 1e15) }),
);
/** Distinct ids, many ties in time. */
const writes = fc
  .array(fc.tuple(change, fc.constantFrom(0, 1), fc.integer({ min: 0, max: 3 })), { maxLength: 25 })
  .map((all) =>
    all.map(([made, rank, ts], index): Write => ({ change: made, stamp: [rank as 0 | 1, ts, `op-${index}`] })),
  );
const shuffled = writes.chain((all) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
);
const registersOf = (all: readonly Write[]): Registers =>
  all.reduce((into, { change: made, stamp }) => applyChange(into, made, stamp), {} as Registers);
const plain = (registers: Registers) => JSON.parse(JSON.stringify(registers));

test("the order of arrival does not matter", () => {
  fc.assert(
    fc.property(shuffled, ([inOrder, otherwise]) => {
      expect(plain(registersOf(otherwise))).toEqual(plain(registersOf(inOrder)));
      const sums = new Map([["n", "3"]]);
      expect(foldProperties(registersOf(otherwise), sums)).toEqual(foldProperties(registersOf(inOrder), sums));
    }),
    { numRuns: cases(1000) },
  );
});

test("it does not matter how a person's changes are spread over ids and devices", () => {
  fc.assert(
    fc.property(writes, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 25, maxLength: 25 }), (all, places) => {
      const parts = [0, 1, 2, 3].map((place) => registersOf(all.filter((_, index) => places[index] === place)));
      expect(plain(mergeRegisters(parts))).toEqual(plain(registersOf(all)));
      const [a, b, c, d] = parts as [Registers, Registers, Registers, Registers];
      expect(plain(mergeRegisters([mergeRegisters([d, c]), mergeRegisters([b, a])]))).toEqual(plain(registersOf(all)));
    }),
    { numRuns: cases(1000) },
  );
});

test("a set by the user beats any anonymous one; of two set_once the earlier wins", () => {
  const registers = registersOf([
    { change: { mode: "set", key: "plan", value: "pro" }, stamp: [1, 5, "a"] },
    { change: { mode: "set", key: "plan", value: "free" }, stamp: [0, 9, "b"] },
    { change: { mode: "set_once", key: "source", value: "ad" }, stamp: [1, 7, "c"] },
    { change: { mode: "set_once", key: "source", value: "friend" }, stamp: [0, 3, "d"] },
  ]);
  expect(foldProperties(registers, new Map())).toEqual({ plan: "pro", source: "friend" });
});

test("tenths add up exactly, in any order", () => {
  const tenths = [0.1, 0.2, 0.3, 0.4].map(
    (amount, index): Write => ({ change: { mode: "increment", key: "n", value: amount }, stamp: [0, index, "x"] }),
  );
  expect(foldProperties(registersOf(tenths), new Map())).toEqual({ n: 1 });
  expect(foldProperties(registersOf([...tenths].reverse()), new Map())).toEqual({ n: 1 });
});

test("shown properties have no empty values", () => {
  fc.assert(
    fc.property(writes, (all) => {
      for (const shown of Object.values(foldProperties(registersOf(all), new Map()))) expect(shown).not.toBeNull();
    }),
  );
});

/** The rule as written: a key is hidden by a later whole value above it, a whole value by a later value below it. */
function hiddenByRule(key: string, registers: Registers): boolean {
  const { set, once } = registers[key] as Registers[string];
  const own = set?.stamp ?? once?.stamp;
  return Object.entries(registers).some(([other, { set: written }]) => {
    if (!written) return false;
    if (key.startsWith(`${other}.`)) return !own || compareStamps(written.stamp, own) > 0;
    if (!other.startsWith(`${key}.`) || !set || set.value === null || written.value === null) return false;
    return compareStamps(written.stamp, set.stamp) > 0;
  });
}

test("for any paths, exactly the keys that the rule hides are hidden", () => {
  const part = fc.constantFrom("a", "b", "!", "a-", "toString", "é");
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
  const write = fc.record({
    key: path,
    value,
    ts: fc.integer({ min: 0, max: 5 }),
    mode: fc.constantFrom("set", "set_once"),
  });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 30 }), (all) => {
      const registers = registersOf(
        all.map(({ ts, ...made }, i) => ({ change: made as PropertyChange, stamp: [1, ts, `${i}`] })),
      );
      const visible = Object.keys(registers).filter((one) => !hiddenByRule(one, registers));
      const shown = visible.filter((one) => ((registers[one]?.set ?? registers[one]?.once)?.value ?? null) !== null);
      expect(Object.keys(foldProperties(registers, new Map()))).toEqual(shown.sort());
    }),
    { numRuns: cases(2_000) },
  );
});

costTest.each([
  ["flat", (i: number) => `key_${i}`],
  ["one below the other", (i: number) => Array.from({ length: (i % 60) + 1 }, (_, at) => `${i % 97}${at}`).join(".")],
  ["with one long beginning", (i: number) => `${"a.".repeat(100)}${i}`],
])("the cost is linear in the number of keys (%s)", async (_shape, keyOf) => {
  const made = (n: number) =>
    registersOf(
      Array.from({ length: n }, (_, i) => ({ change: { mode: "set", key: keyOf(i), value: i }, stamp: [0, i, "x"] })),
    );
  const fold = (registers: Registers, rounds: number) => () => {
    for (let round = 0; round < rounds; round++) foldProperties(registers, new Map());
  };
  const [few, many] = [made(500), made(8_000)];
  fold(few, 16)(); // warm
  // As many keys both times: quadratic takes 16 times as long; linear, with cold caches, up to several times.
  expect(await costRatio(fold(few, 16), fold(many, 1), 6)).toBeLessThan(6);
});

costTest("the cost is linear in the number of changes of a list", async () => {
  const fold = (n: number) => {
    const all = Array.from(
      { length: n },
      (_, i): Write => ({
        change: { mode: i % 3 === 2 ? "remove" : "union", key: "tags", value: [`a${i}`, `b${i}`, `c${i}`] },
        stamp: [0, i, "x"],
      }),
    );
    return () => {
      for (let done = 0; done < 4_000; done += n) {
        foldProperties(mergeRegisters([registersOf(all), registersOf(all)]), new Map());
      }
    };
  };
  fold(250)(); // warm
  expect(await costRatio(fold(250), fold(4_000), 6)).toBeLessThan(6);
});

test("a sum too large for a number is dropped", () => {
  const huge = [0, 1].map(
    (i): Write => ({ change: { mode: "increment", key: "n", value: 1.7e308 }, stamp: [0, i, "x"] }),
  );
  expect(foldProperties(registersOf(huge), new Map())).toEqual({});
});
