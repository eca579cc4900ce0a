import { check } from "recheck";
import { expect, test } from "vitest";
import { costRatio } from "./support/cost";
import { all } from "./support/patterns";

/**
 * Every regular expression of the product runs in linear time: a pattern that restarts at each character and reads
 * on to the end costs a second for 30 KB. recheck (MIT) searches each for a text on which it is not linear; then each
 * is timed on long repetitive texts. When one fails: cut the text to a short length first, anchor the pattern, or write
 * the loop out (lib/ingest/privacy/mask.ts).
 */
test("no pattern has an input on which it is worse than linear", { timeout: 300_000 }, async () => {
  const worse: string[] = [];
  for (const { pattern, file } of all) {
    const found = await check(pattern.source, pattern.flags.replace(/[dv]/g, ""), { timeout: 20_000 });
    // "unknown" is a search that ran out of time, as on a busy machine: the timing below still holds it.
    if (found.status === "vulnerable") worse.push(`${file}: ${pattern} on ${found.attack.pattern.slice(0, 200)}`);
  }
  expect(worse).toEqual([]);
});

/** Texts that keep a pattern busy: what it itself names, over and over, with and without something that spoils the end. */
function worstShapes({ source }: RegExp): string[] {
  const named = source
    .replaceAll(/\\[a-zA-Z]|[[\](){}|?*+^$]/g, " ")
    .replaceAll("\\", "")
    .split(/\s+/);
  const units = new Set(["a", "0", " ", "/", "-", ".", "%", "\t", "\n", "A-", "a.", "a=", "-eyJ", "a@", ...named]);
  return [...units].filter((unit) => unit !== "").slice(0, 24);
}

test("each pattern's time grows no faster than its input", { timeout: 300_000 }, async () => {
  const worse: string[] = [];
  for (const { pattern, file } of all) {
    for (const unit of worstShapes(pattern)) {
      const replace = (length: number) => {
        const text = `${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}\0`;
        return () => text.replace(pattern, "");
      };
      // A quadratic one takes 64 times as long for eight times the text; a linear one eight times, and microseconds.
      if ((await costRatio(replace(4_000), replace(32_000), 20)) >= 20)
        worse.push(`${file}: ${pattern} on ${JSON.stringify(unit)}`);
    }
  }
  expect(worse).toEqual([]);
});
