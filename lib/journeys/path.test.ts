import fc from "fast-check";
import { expect, test } from "vitest";
import { type PathEvent, VISIT_STEPS, visitsWithSteps } from "./path";

const anyEvents: fc.Arbitrary<PathEvent[]> = fc.array(
  fc.record({
    id: fc.uuid(),
    ts: fc.nat(1_000),
    sessionId: fc.constantFrom("a", "b", null),
    label: fc.constantFrom("/", "/pricing", "export"),
  }),
  { maxLength: 40 },
);
const VISITS = [
  { id: "b", startedAt: 500, source: "Google" },
  { id: "a", startedAt: 1, source: "Direct" },
];

test("visits come oldest first, each with its own first steps in order, no step repeated in a row", () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const visits = visitsWithSteps(VISITS, events);
      expect(visits.map(({ id }) => id)).toEqual(["a", "b"]);
      for (const { id, steps, more } of visits) {
        const own = events.filter(({ sessionId }) => sessionId === id);
        expect(steps.every((step) => own.includes(step))).toBe(true);
        expect(steps.map(({ ts }) => ts)).toEqual(steps.map(({ ts }) => ts).sort((a, b) => a - b));
        expect(steps.every((step, i) => i === 0 || step.label !== steps[i - 1]?.label)).toBe(true);
        expect(steps.length).toBe(Math.min(VISIT_STEPS, steps.length + more));
        expect(steps.length === 0).toBe(own.length === 0);
        if (steps[0]) expect(steps[0].ts).toBe(Math.min(...own.map(({ ts }) => ts)));
      }
    }),
  );
});
