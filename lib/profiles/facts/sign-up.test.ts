import fc from "fast-check";
import { expect, test } from "vitest";
import { AT_ONCE_MS, detectSignUp, type SignUpEvidence } from "./sign-up";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.UTC(2026, 10, 27, 12);
const FIRST_DAY = Date.UTC(2026, 5, 1);
const KNOWN = Date.UTC(2026, 8, 1);

const evidence = (changes: Partial<SignUpEvidence>): SignUpEvidence => ({
  dates: [],
  eventAt: null,
  knownSince: KNOWN,
  anonymousSince: null,
  ...changes,
});
const decide = (changes: Partial<SignUpEvidence>, firstDay: number | null = FIRST_DAY) =>
  detectSignUp(evidence(changes), firstDay, NOW);

const AT = Date.UTC(2026, 7, 20, 9, 30);
const all = { dates: [new Date(AT).toISOString()], eventAt: AT + 1, anonymousSince: KNOWN - DAY_MS };

test.each([
  ["a property takes precedence", all, { at: AT, by: "property" }],
  ["then the event", { ...all, dates: [] }, { at: AT + 1, by: "event" }],
  ["then the log-in of an anonymous device", { ...all, dates: [], eventAt: null }, { at: KNOWN, by: "identify" }],
  ["somebody identified at once is an existing customer", {}, { at: null, by: "existing" }],
  ["a page load is not anonymous history", { anonymousSince: KNOWN - AT_ONCE_MS }, { at: null, by: "existing" }],
  ["nor is activity after the log-in", { anonymousSince: KNOWN + DAY_MS }, { at: null, by: "existing" }],
  ["seconds", { dates: [AT / 1000] }, { at: AT, by: "property" }],
  ["milliseconds as text", { dates: [String(AT)] }, { at: AT, by: "property" }],
  ["a day", { dates: ["2026-08-20"] }, { at: Date.UTC(2026, 7, 20), by: "property" }],
  ["the first that is a date", { dates: ["soon", { at: 1 }, null, AT] }, { at: AT, by: "property" }],
  ["no date in the future", { dates: ["2027-01-01"] }, { at: null, by: "existing" }],
  ["no zero date", { dates: ["0001-01-01T00:00:00Z", "1970-01-01", 0] }, { at: null, by: "existing" }],
] as const)("%s", (_what, changes, wanted) => expect(decide(changes as Partial<SignUpEvidence>)).toEqual(wanted));

test("a date before the project's first day belongs to an existing customer, and is kept", () => {
  expect(decide({ dates: [FIRST_DAY - 1] })).toEqual({ at: FIRST_DAY - 1, by: "existing" });
  expect(decide({ dates: [FIRST_DAY] })).toEqual({ at: FIRST_DAY, by: "property" });
  expect(decide({ dates: [FIRST_DAY - 1] }, null)).toEqual({ at: FIRST_DAY - 1, by: "property" });
});

const time = fc.integer({ min: Date.UTC(2026, 0, 1), max: NOW });
const anyEvidence = fc.record({
  dates: fc.array(fc.oneof(time, fc.constantFrom("x", null, true, "2026-03-01")), { maxLength: 3 }),
  eventAt: fc.option(time),
  knownSince: time,
  anonymousSince: fc.option(time),
});

test("a sign-up without a date is an existing customer's, and only the first kind of evidence counts", () => {
  fc.assert(
    fc.property(anyEvidence, fc.option(time), (given, firstDay) => {
      const { at, by } = detectSignUp(given, firstDay, NOW);
      if (at === null) expect(by).toBe("existing");
      if (by === "event") expect(at).toBe(given.eventAt);
      if (by === "identify") {
        expect(at).toBe(given.knownSince);
        expect(given.eventAt).toBeNull();
        expect(given.anonymousSince).toBeLessThan(given.knownSince - AT_ONCE_MS);
      }
      if (by === "property" && firstDay !== null) expect(at).toBeGreaterThanOrEqual(firstDay);
      // More anonymous history never turns somebody into a customer who predates the project.
      const earlier = detectSignUp({ ...given, anonymousSince: 0 }, firstDay, NOW);
      if (by !== "existing") expect(earlier.by).not.toBe("existing");
    }),
  );
});
