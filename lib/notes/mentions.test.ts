import { expect, test } from "vitest";
import { mentionsIn, notePieces } from "./mentions";

const ada = { id: "1", name: "Ada" };
const lovelace = { id: "2", name: "Ada Lovelace" };
const members = [ada, lovelace];

test.each([
  ["the longest matching name wins", "@Ada Lovelace, look", ["2"]],
  ["the shorter one if the longer does not match", "@Ada Byron, look", ["1"]],
  ["case is ignored", "ask @ada lovelace!", ["2"]],
  ["a longer word is another name", "@Adam", []],
  ["an e-mail address mentions nobody unless it is a name", "write to x@example.com", []],
  ["each once, in order of appearance", "@Ada Lovelace @Ada @Ada", ["2", "1"]],
  ["a name without @ mentions nobody", "Ada", []],
] as const)("%s", (_guarantee, body, expected) => expect(mentionsIn(body, members)).toEqual(expected));

test("the pieces add up to the whole text", () => {
  const body = "Hi @Ada, and @Ada Lovelace: ä@😀";
  expect(
    notePieces(body, members)
      .map(({ text }) => text)
      .join(""),
  ).toBe(body);
});
