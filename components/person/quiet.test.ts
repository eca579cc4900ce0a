import { expect, test } from "vitest";
import { whyQuiet } from "./quiet";

const DAY_MS = 86_400_000;
const SEEN = Date.UTC(2026, 2, 1);
const facts = { quietAt: SEEN + 6 * DAY_MS, usualGapDays: 2, activeDays: 30, stopped: "report_exported" };
const person = { identified: true, lastSeen: SEEN, facts };

test.each([
  ["silent for longer than is usual", person, 9, "usually every 2 days, quiet for 9; stopped exporting reports"],
  ["not yet silent for long enough", person, 5, null],
  ["an anonymous visitor, who is on no such list", { ...person, identified: false }, 9, null],
  ["never seen", { ...person, lastSeen: null, facts: { ...facts, quietAt: null } }, 9, null],
  ["nothing worked out yet", { ...person, facts: null }, 9, null],
])("%s", (_guarantee, somebody, days, why) => expect(whyQuiet(somebody, SEEN + days * DAY_MS)).toBe(why));
