import { expect, test } from "vitest";
import { consentOf } from "./consent";

test.each([
  [{ granted: true }, { granted: true, version: null, purposes: [] }],
  [
    { granted: false, version: 3, purposes: ["ads", 1, null, "analytics"] },
    { granted: false, version: "3", purposes: ["ads", "analytics"] },
  ],
  [
    { granted: true, version: { of: "x" }, purposes: "ads" },
    { granted: true, version: null, purposes: [] },
  ],
  [{ granted: "yes" }, null],
  [{}, null],
])("%o is the decision %o", (properties, decision) => expect(consentOf("consent", properties)).toEqual(decision));

test("an event of another name is not a decision", () => expect(consentOf("consented", { granted: true })).toBeNull());
