import { expect, test } from "vitest";
import { countTypos, swapVariants } from "./search.queries";

test.each([
  ["two letters changed places", "anuok", "Anouk Svensson", 1],
  ["a letter is missing", "anuk", "Anouk Svensson", 1],
  ["a letter too many", "annouk", "Anouk Svensson", 1],
  ["another letter", "anaouk svenson", "Anouk Svensson", 2],
  ["the last word is only begun, and misspelt", "anouk svnes", "Anouk Svensson", 1],
  ["only the surname, two mistakes in a long one", "svenzon", "Anouk Svensson", 2],
  ["the same name", "anouk", "Anouk Svensson", 0],
  ["another name", "alan", "Allen Poe", null],
  ["another surname", "anouk meyer", "Anouk Svensson", null],
  ["two mistakes in a short word are another word", "anku", "Anna Li", null],
  ["nothing typed", " ", "Anouk", null],
])("%s", (_guarantee, typed, name, count) => expect(countTypos(typed, name)).toBe(count));

test("letters are swapped within words only, and equal letters never", () => {
  expect(swapVariants("Ab cdd")).toEqual(["ba cdd", "ab dcd"]);
  expect(swapVariants("ab")).toEqual([]);
});
