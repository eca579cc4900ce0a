import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countryName, flagPath } from "@/lib/format/place";

test.each([
  ["DE", "Germany", "/flags/DE.svg"],
  ["ZZ", "Unknown Region", null],
  ["de", null, null],
  ["D/../E", null, null],
  ["", null, null],
  [null, null, null],
])("%s is %s", (code, name, path) => expect([countryName(code), flagPath(code)]).toEqual([name, path]));

test("every flag we show is a file of the package", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const folder = join(import.meta.dirname, "../../node_modules/country-flag-icons/3x2");
  const known = letters.flatMap((a) => letters.map((b) => a + b)).filter((code) => flagPath(code) !== null);
  expect(known.length).toBeGreaterThan(240);
  for (const code of known) expect(existsSync(join(folder, `${code}.svg`)), code).toBe(true);
});
