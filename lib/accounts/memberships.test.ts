import fc from "fast-check";
import { expect, test } from "vitest";
import {
  MAX_ACCOUNTS,
  MAX_ACCOUNTS_AT_ONCE,
  type MembershipEvidence,
  type MembershipInterval,
  membershipsOf,
  type NamedByEvents,
  openIntervals,
} from "./memberships";

const INF = Number.POSITIVE_INFINITY;
const nothing: MembershipEvidence = { named: [], stated: { property: [], domain: [] }, left: new Map() };
const named = (accountId: string, first: number, last: number, of: Partial<NamedByEvents> = {}): NamedByEvents => ({
  accountId,
  first,
  last,
  type: null,
  left: null,
  again: null,
  ...of,
});
const shown = (evidence: Partial<MembershipEvidence>): Record<string, MembershipInterval[]> =>
  Object.fromEntries(
    membershipsOf({ ...nothing, ...evidence }).map(({ accountId, intervals }) => [accountId, intervals]),
  );

test("a membership begins with the first evidence and stays open", () => {
  expect(shown({ named: [named("a", 5, 9), named("a", 3, 4), named("b", 7, 7)] })).toEqual({
    a: [{ from: 3, to: INF }],
    b: [{ from: 7, to: INF }],
  });
});

test("unassigning ends memberships, also before they begin, and a later event starts a new one", () => {
  const left = { until: 10, ts: 20 };
  expect(shown({ named: [named("a", 5, 15, { left })] })).toEqual({ a: [{ from: 5, to: 10 }] });
  expect(shown({ named: [named("a", 5, 30, { left, again: 25 })] })).toEqual({
    a: [
      { from: 5, to: 10 },
      { from: 25, to: INF },
    ],
  });
  expect(shown({ named: [named("a", 5, 9, { left: { until: 5, ts: 20 } })] })).toEqual({});
  // Another of the person's ids was not unassigned.
  expect(shown({ named: [named("a", 5, 9, { left }), named("a", 8, 8)] })).toEqual({ a: [{ from: 5, to: INF }] });
});

test("a property names one account at a time; repeating it after unassigning changes nothing", () => {
  const stated = {
    property: [
      { ts: 1, accountId: "a" },
      { ts: 5, accountId: "b" },
      { ts: 7, accountId: null },
      { ts: 9, accountId: "a" },
    ],
    domain: [],
  };
  expect(shown({ stated })).toEqual({
    a: [
      { from: 1, to: 5 },
      { from: 9, to: INF },
    ],
    b: [{ from: 5, to: 7 }],
  });
  expect(shown({ stated, left: new Map([["a", { until: 12, ts: 12 }]]) }).a).toEqual([
    { from: 1, to: 5 },
    { from: 9, to: 12 },
  ]);
});

test("reasons are combined, and an account of the same type replaces one whose evidence has ended", () => {
  const all = membershipsOf({
    ...nothing,
    named: [named("a", 1, 3, { type: "company" }), named("b", 5, 9, { type: "company" }), named("t", 1, 1)],
    stated: { property: [{ ts: 2, accountId: "a" }], domain: [] },
  });
  expect(all.find(({ accountId }) => accountId === "a")).toEqual({
    accountId: "a",
    reasons: ["event", "property"],
    intervals: [{ from: 1, to: INF }],
  });
  expect(shown({ named: [named("a", 1, 3, { type: "company" }), named("b", 3, 9, { type: "company" })] }).a).toEqual([
    { from: 1, to: INF },
  ]);
});

const arbitrary = fc.record({
  accountId: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  type: fc.constantFrom(null, "company", "team"),
  first: fc.nat(40),
  more: fc.nat(20),
  left: fc.option(fc.record({ until: fc.nat(60), ts: fc.nat(60) })),
});

test("the order of evidence does not matter, intervals never touch, and an event without an account counts for few accounts", () => {
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 20 }), fc.nat(100), (rows, turn) => {
      const all = rows.map(({ more, left, ...row }) =>
        named(row.accountId, row.first, row.first + more, {
          type: row.type,
          left,
          again: left && row.first + more >= left.ts ? Math.max(row.first, left.ts) : null,
        }),
      );
      const one = membershipsOf({ ...nothing, named: all });
      const turned = [...all.slice(turn % (all.length || 1)), ...all.slice(0, turn % (all.length || 1))].reverse();
      expect(membershipsOf({ ...nothing, named: turned })).toEqual(one);
      for (const { intervals } of one)
        intervals.forEach(({ from, to }, i) => {
          expect(from).toBeLessThan(to);
          if (i > 0) expect(from).toBeGreaterThan((intervals[i - 1] as MembershipInterval).to);
        });
      const open = openIntervals(one);
      for (let t = 0; t <= 70; t++) {
        const covering = one.filter(({ intervals }) => intervals.some(({ from, to }) => from <= t && t < to));
        const counting = open.filter(({ from, to }) => from <= t && t < to).map(({ accountId }) => accountId);
        const expected = covering.length > MAX_ACCOUNTS_AT_ONCE ? [] : covering.map(({ accountId }) => accountId);
        expect(counting.sort()).toEqual(expected.sort());
      }
    }),
  );
});

test("the most recent of very many accounts are kept, in bounded time", () => {
  const many = Array.from({ length: 20_000 }, (_, i) => named(`a${i}`, i, i + 5, { type: "company" }));
  expect(membershipsOf({ ...nothing, named: many })).toHaveLength(MAX_ACCOUNTS);
});
