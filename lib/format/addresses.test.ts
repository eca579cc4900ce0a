import fc from "fast-check";
import { expect, test } from "vitest";
import { costRatio, costTest } from "@/tests/support/cost";
import { replaceAddresses } from "./addresses";

/** masked_text of the database. */
const PATTERN = /[^\s/?&=<>"',;:]+(?:@|%40)[^\s/?&=<>"',;]+/g;

test("replaces what the pattern of masked_text does", () => {
  const text = fc.array(fc.constantFrom("@", "%40", ":", "a", "ä", "%", "4", "0", ".", " ", "/", ","), {
    maxLength: 14,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const given = parts.join("");
      expect(replaceAddresses(given, (it) => `<${it}>`)).toBe(given.replace(PATTERN, "<$&>"));
    }),
    { numRuns: 5_000 },
  );
});

costTest("is linear for its worst inputs", async () => {
  for (const unit of ["a", ":", "a:", "@:", "%4"]) {
    const replaceIn = (units: number) => () => replaceAddresses(`@${unit.repeat(units)} %40`, String);
    const ratio = await costRatio(replaceIn(5_000), replaceIn(80_000), 64);
    // A quadratic one takes 256 times as long.
    expect(ratio, unit).toBeLessThan(64);
  }
});
