import { type AttackPattern, check } from "recheck";
import { expect, test } from "vitest";
import { someCases } from "./support/cases";
import { costRatio } from "./support/cost";
import { allPatterns, DYNAMIC, foundPatterns } from "./support/patterns";

test("every pattern is found, and those built at run time are listed", () => {
  expect(allPatterns.length).toBeGreaterThan(120);
  expect(
    foundPatterns
      .filter((one) => one.dynamic > 0)
      .map((one) => one.file)
      .sort(),
  ).toEqual(Object.keys(DYNAMIC).sort());
});

/**
 * Every regular expression of the product runs in linear time: a pattern that restarts at each character and reads
 * on to the end costs a second for 30 KB. recheck (MIT) searches each for a text on which it is not linear, by automata
 * or by chance: what it finds by chance is timed, as it also takes a large constant for growth. Then each is timed on
 * long repetitive texts. When one fails: cut the text to a short length first, anchor the pattern, or write
 * the loop out (lib/ingest/privacy/mask.ts).
 */
test("no pattern has an input on which it is worse than linear", { timeout: 300_000 }, async () => {
  const worse: string[] = [];
  const maxIteration = someCases(4, 10); // of a search by chance
  for (const { pattern, file } of allPatterns) {
    const found = await check(pattern.source, pattern.flags.replace(/[dv]/g, ""), { timeout: 20_000, maxIteration });
    // "unknown" is a search that ran out of time, as on a busy machine: the timing below still covers it.
    if (found.status !== "vulnerable") continue;
    const { complexity } = found;
    const isDoubtful = complexity.isFuzz && complexity.type === "polynomial" && complexity.degree === 2;
    if (isDoubtful && !(await isSuperlinear(pattern, (length) => pumped(found.attack, length)))) continue;
    worse.push(`${file}: ${pattern} on ${found.attack.pattern.slice(0, 200)}`);
  }
  expect(worse).toEqual([]);
});

/** The text of an attack, its repeated parts as often as makes about this length. */
function pumped({ pumps, suffix }: AttackPattern, length: number): string {
  const unit = pumps.reduce((sum, { pump }) => sum + pump.length, 0);
  const times = Math.ceil(length / unit);
  return pumps.map(({ prefix, pump }) => prefix + pump.repeat(times)).join("") + suffix;
}

/** A quadratic one takes 64 times as long for eight times the text; a linear one eight times, and microseconds. */
async function isSuperlinear(pattern: RegExp, textOf: (length: number) => string, longest = 32_000): Promise<boolean> {
  const replace = (length: number) => {
    const text = textOf(length);
    return () => text.replace(pattern, "");
  };
  return (await costRatio(replace(longest / 8), replace(longest), 20)) >= 20;
}

test("an attack is told from a large constant", async () => {
  const attack = { pumps: [{ prefix: "", pump: "a", bias: 0 }], suffix: "b" } as unknown as AttackPattern;
  expect(await isSuperlinear(/a+$/g, (length) => pumped(attack, length), 8_000)).toBe(true);
  expect(await isSuperlinear(/(?:a|b|c|d){1,5}$/g, (length) => pumped(attack, length))).toBe(false);
});

/**
 * Texts that keep a pattern busy: what it itself names, over and over, with and without something that spoils the end.
 */
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
  for (const { pattern, file } of allPatterns) {
    for (const unit of worstShapes(pattern)) {
      const textOf = (length: number) => `${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}\0`;
      if (await isSuperlinear(pattern, textOf)) worse.push(`${file}: ${pattern} on ${JSON.stringify(unit)}`);
    }
  }
  expect(worse).toEqual([]);
});
