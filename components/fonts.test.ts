import { readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";

const FILES = "node_modules/@fontsource-variable/geist";
const byScript: Record<string, string> = JSON.parse(readFileSync(`${FILES}/unicode.json`, "utf8"));
const source = readFileSync("components/fonts.ts", "utf8");

/** "U+0000-00FF,U+0131" as code points. */
const pointsOf = (ranges: string): Set<number> =>
  new Set(
    ranges.split(",").flatMap((range) => {
      const [from = 0, to = from] = range
        .trim()
        .slice(2)
        .split("-")
        .map((hex) => Number.parseInt(hex, 16));
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    }),
  );

/** The declared ranges, by the script of the file. */
const declared = [...source.matchAll(/geist\/files\/geist-([a-z-]+)-wght-normal\.woff2"[^;]*?(U\+[^"]+)"/g)].map(
  ([, script = "", ranges = ""]) => ({ script, points: pointsOf(ranges) }),
);

test("each file of the font is asked for letters that it has, and each letter leads to one file", () => {
  expect(declared.map(({ script }) => script)).toEqual(["latin", "latin-ext", "cyrillic", "vietnamese"]);
  const seen = new Set<number>();
  for (const { script, points } of declared) {
    const has = pointsOf(byScript[script] ?? "");
    expect(
      [...points].filter((point) => !has.has(point)),
      script,
    ).toEqual([]);
    expect(
      [...points].filter((point) => seen.has(point)),
      script,
    ).toEqual([]);
    for (const point of points) seen.add(point);
  }
  for (const script of ["latin", "latin-ext"])
    expect(
      [...pointsOf(byScript[script] ?? "")].filter((point) => !seen.has(point)),
      script,
    ).toEqual([]);
});

test("what every page fetches ahead stays below 32 KiB", () => {
  expect(source.match(/preload: false/g)).toHaveLength(declared.length); // the code's font, and all scripts but Latin
  expect(statSync(`${FILES}/files/geist-latin-wght-normal.woff2`).size).toBeLessThan(32 * 1024);
});
