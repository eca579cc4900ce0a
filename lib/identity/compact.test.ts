import fc from "fast-check";
import { expect, test } from "vitest";
import { cases } from "@/tests/support/cases";
import { propsOf } from "../../tests/identity/model";
import { changesBytes, compact, type LoggedChange, MAX_LOGGED_BYTES, MAX_LOGGED_CHANGES, makeRoom } from "./compact";
import { addIncrements, applyChange, foldProperties, keysToSumAfterSet, type Registers } from "./fold";

const fold = (changes: readonly LoggedChange[]) => {
  const registers: Registers = {};
  for (const { key, mode, value, ts, id } of changes)
    applyChange(registers, { key, mode, value } as Parameters<typeof applyChange>[1], [0, ts, id]);
  return foldProperties(registers, addIncrements(new Map(), changes, keysToSumAfterSet(registers)));
};

/** The reference model's answer, which shares no code with the fold. */
const model = (changes: readonly LoggedChange[]) =>
  propsOf(
    changes.map(({ ts, id, key, mode, value }) => ({
      id,
      ts,
      user: null,
      anon: "a",
      cls: "sdk",
      session: null,
      claim: true,
      active: false,
      changes: [{ key, mode, value } as never],
    })),
  );

const change = (from: number, to: number, modes: readonly LoggedChange["mode"][]) =>
  fc
    .record({
      key: fc.constantFrom("n", "plan", "m"),
      mode: fc.constantFrom(...modes),
      ts: fc.integer({ min: from, max: to }),
      value: fc.constantFrom(1, 2.5, -3, 0.125),
      text: fc.constantFrom<(string | number | null | string[])[]>("pro", null, 7, ["x", "z"], []),
      list: fc.uniqueArray(fc.constantFrom("x", "y", 1, true), { minLength: 1 }),
    })
    .map(
      ({ text, list, ...one }): Omit<LoggedChange, "id"> => ({
        ...one,
        actorId: 1,
        value: one.mode === "increment" ? one.value : one.mode === "union" || one.mode === "remove" ? list : text,
      }),
    );
const named = (prefix: string, all: readonly Omit<LoggedChange, "id">[]): LoggedChange[] =>
  all.map((one, i) => ({ ...one, id: `${prefix}${String(i).padStart(4, "0")}` }));
const ALL = ["set", "set_once", "increment", "union", "remove"] as const;
const oneCell = () => 0;

test("compacted changes fold to the same result, before and after any other changes, as in the model", () => {
  fc.assert(
    fc.property(
      fc.array(change(0, 20, ALL), { maxLength: 40 }),
      fc.array(change(0, 20, ["set_once", "increment", "union", "remove"]), { maxLength: 10 }),
      fc.array(change(21, 40, ALL), { maxLength: 10 }),
      (first, late, next) => {
        const [stored, more] = [named("a", first), [...named("b", late), ...named("c", next)]];
        const kept = compact(stored, oneCell);
        expect(fold(kept)).toEqual(model(stored));
        expect(fold(kept)).toEqual(fold(stored));
        // Late first touches and increments, and anything newer. A late set among increments is the documented
        // exception.
        const sets = new Set(stored.filter(({ mode }) => mode === "set").map(({ key }) => key));
        const others = more.filter(({ mode, key, ts }) => mode !== "increment" || ts > 20 || !sets.has(key));
        expect(fold([...kept, ...others])).toEqual(model([...stored, ...others]));
      },
    ),
    { numRuns: cases(2_000) },
  );
});

test("each span keeps its folded result, so every owner keeps theirs", () => {
  const cellOf = (ts: number) => Math.floor(ts / 7);
  fc.assert(
    fc.property(fc.array(change(0, 20, ALL), { maxLength: 40 }), (first) => {
      const stored = named("a", first);
      const kept = compact(stored, cellOf);
      for (const cell of [0, 1, 2]) {
        const within = (changes: readonly LoggedChange[]) => changes.filter(({ ts }) => cellOf(ts) === cell);
        expect(fold(within(kept))).toEqual(model(within(stored)));
      }
    }),
    { numRuns: cases(1_000) },
  );
});

const sets = (count: number, keys: number, value = "x"): LoggedChange[] =>
  Array.from({ length: count }, (_, i) => ({
    actorId: 1,
    key: `k${i % keys}`,
    mode: "set",
    ts: i,
    id: String(i).padStart(6, "0"),
    value: `${value}${i}`,
  }));

test("a bounded number of changes is kept, however often a property is set, and none is rejected", () => {
  let kept: LoggedChange[] = [];
  const all = sets(20_000, 50);
  for (let at = 0; at < all.length; at += 400) {
    const room = makeRoom(kept, all.slice(at, at + 400), oneCell);
    expect(room.refused).toEqual([]);
    expect(room.kept.length).toBeLessThanOrEqual(MAX_LOGGED_CHANGES);
    kept = room.kept;
  }
  expect(fold(kept)).toEqual(fold(all));
});

test("if too many spans each keep their own changes, the rest is rejected by name", () => {
  const all = sets(3_000, 1);
  const { kept, refused } = makeRoom(all.slice(0, 1_000), all.slice(1_000), (ts) => ts);
  expect(kept.length).toBeLessThanOrEqual(MAX_LOGGED_CHANGES);
  expect(kept.length + refused.length).toBe(3_000);
  const large = makeRoom([], sets(300, 300, "y".repeat(1_000)), (ts) => ts);
  expect(changesBytes(large.kept)).toBeLessThanOrEqual(MAX_LOGGED_BYTES);
  expect(large.refused.length).toBeGreaterThan(100);
});
