import fc from "fast-check";
import { expect, test } from "vitest";
import { cases } from "@/tests/support/cases";
import type { UserRun } from "./partition";
import { addInside, addOutside, coalesce, isGreaterId, placementOf, userRunsOf } from "./runs";

/** Larger numbers count as greater users: as good an order as the byte order of ids. */
const greater = (a: number, b: number) => a > b;
const evidence = fc.array(fc.record({ user: fc.integer({ min: 1, max: 4 }), t: fc.integer({ min: 0, max: 12 }) }), {
  maxLength: 40,
});
type Point = { user: number; t: number };

/**
 * What the engine does for one more point: it only looks at the user of the run that the point hits, within that run.
 */
function addPoint(runs: UserRun[], seen: readonly Point[], { user, t }: Point): UserRun[] {
  const at = placementOf(runs, user, t);
  if (at.kind === "known") return runs;
  if (at.kind === "outside") return addOutside(runs, at.index, user, t);
  const hit = runs[at.index] as UserRun;
  const theirs = seen.filter((p) => p.user === hit.user && p.t >= hit.first && p.t <= hit.last).map((p) => p.t);
  const before = theirs.filter((x) => x < t);
  const after = theirs.filter((x) => x > t);
  const neighbours = {
    before: before.length > 0 ? Math.max(...before) : null,
    at: theirs.includes(t),
    after: after.length > 0 ? Math.min(...after) : null,
  };
  return addInside(runs, at.index, user, t, neighbours, greater(user, hit.user));
}

test("adding points one by one, in any order, gives the same runs as all the evidence at once", () => {
  fc.assert(
    fc.property(evidence, (points) => {
      let runs: UserRun[] = [];
      points.forEach((point, index) => {
        runs = addPoint(runs, points.slice(0, index + 1), point);
      });
      expect(runs).toEqual(userRunsOf(points, greater));
    }),
    { numRuns: cases(2000) },
  );
});

test("runs do not depend on the order of the evidence or on repetitions", () => {
  fc.assert(
    fc.property(
      evidence.chain((points) =>
        fc.tuple(fc.constant(points), fc.shuffledSubarray([...points, ...points], { minLength: points.length * 2 })),
      ),
      ([points, shuffled]) => {
        expect(userRunsOf(shuffled, greater)).toEqual(userRunsOf(points, greater));
      },
    ),
  );
});

test("runs are in order, do not touch, and neighbours differ", () => {
  fc.assert(
    fc.property(evidence, (points) => {
      const runs = userRunsOf(points, greater);
      runs.forEach((run, index) => {
        expect(run.first).toBeLessThanOrEqual(run.last);
        const next = runs[index + 1];
        if (!next) return;
        expect(run.last).toBeLessThan(next.first);
        expect(run.user).not.toBe(next.user);
      });
    }),
  );
});

test("a moment belongs to the highest user id with evidence then", () => {
  fc.assert(
    fc.property(evidence, (points) => {
      const runs = userRunsOf(points, greater);
      for (const { t } of points) {
        const winner = Math.max(...points.filter((p) => p.t === t).map((p) => p.user));
        expect(runs.find((run) => run.first <= t && t <= run.last)?.user).toBe(winner);
      }
    }),
  );
});

test("joining neighbours of the same user changes nothing else", () => {
  const run = (user: number, first: number, last: number): UserRun => ({ user, first, last });
  expect(coalesce([run(1, 0, 1), run(1, 3, 4), run(2, 5, 5), run(1, 6, 6)])).toEqual([
    run(1, 0, 4),
    run(2, 5, 5),
    run(1, 6, 6),
  ]);
});

test.each([
  ["b", "a", true],
  ["a", "a", false],
  ["a", "B", true],
  ["ab", "a", true],
  // UTF-16 order would say the opposite: a surrogate (D83D) sorts before U+FF41.
  ["😀", "ａ", true],
])("%s is greater than %s by bytes: %s", (a, b, expected) => expect(isGreaterId(a, b)).toBe(expected));
