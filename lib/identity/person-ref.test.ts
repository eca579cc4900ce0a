import { expect, test } from "vitest";
import { anonymousRef, idInRef, joinNumbers, parseRef, personNumber, splitNumbers, userRef } from "./person-ref";

test.each([
  ["a user id", "u:ada", { kind: "u", id: "ada" }],
  ["an anonymous id", "a:4f1c", { kind: "a", id: "4f1c" }],
  ["an id may hold colons and slashes", "u:crm:7/8", { kind: "u", id: "crm:7/8" }],
  ["white space around it is not part of it", "u: ada ", { kind: "u", id: "ada" }],
  ["both ways to write é are one id", "u:e\u0301", { kind: "u", id: "\u00e9" }],
  ["no id", "u: ", null],
  ["a byte that Postgres cannot store", "u:a\0b", null],
  ["another kind", "x:ada", null],
  ["no kind", "ada", null],
  ["nothing", "", null],
] as const)("a ref is read: %s", (_case, ref, read) => expect(parseRef(ref)).toEqual(read));

test("a formatted ref parses to the same person", () => {
  for (const id of ["ada", "a:b", "u:u:", "日本/7"]) {
    expect(parseRef(userRef(id))).toEqual({ kind: "u", id });
    expect(parseRef(anonymousRef(id))).toEqual({ kind: "a", id });
    expect(idInRef(userRef(id))).toBe(id);
  }
});

test("profiles and visitors have distinct numbers", () => {
  expect(personNumber({ kind: "profile", profileId: 7 })).toBe(7);
  expect(personNumber({ kind: "visitor", streamId: 7 })).toBe(-7);
});

test("numbers of several people split into the ids they stand for, and join again", () => {
  expect(splitNumbers([7, -7, 9, -3])).toEqual({ profiles: [7, 9], visitors: [7, 3] });
  expect(splitNumbers([])).toEqual({ profiles: [], visitors: [] });
  expect(joinNumbers(splitNumbers([7, -7, 9, -3]))).toEqual([7, 9, -7, -3]);
});
