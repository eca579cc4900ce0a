import { expect, test } from "vitest";
import { nestProperties } from "./person.queries";

test.each([
  ["dots become objects", { "address.city": "Berlin", "address.zip": 1 }, { address: { city: "Berlin", zip: 1 } }],
  [
    "if a and a.b both have a value, a.b stays a literal key",
    { a: 1, "a.b": 2, "a.b.c": 3 },
    { a: 1, "a.b": 2, "a.b.c": 3 },
  ],
  ["a deeper value is not lost either", { "x.a": 1, "x.a.b": 2 }, { x: { a: 1 }, "x.a.b": 2 }],
  [
    "keys with empty parts are kept as they are",
    { "a..b": 1, ".c": 2, "d.": 3, "": 4 },
    { "a..b": 1, ".c": 2, "d.": 3, "": 4 },
  ],
  [
    "names of Object's members are ordinary names",
    { "constructor.name": "x", toString: "y" },
    { constructor: { name: "x" }, toString: "y" },
  ],
  ["lists and false are values", { list: [1, { a: 2 }], "on.off": false }, { list: [1, { a: 2 }], on: { off: false } }],
])("%s", (_guarantee, flat, nested) => expect(nestProperties(flat as never)).toEqual(nested));

test("no key reaches a prototype", () => {
  const nested = nestProperties(JSON.parse('{"__proto__.polluted": 1, "a.__proto__": 2, "__proto__": 3}'));
  expect(Object.keys(nested).sort()).toEqual(["__proto__", "__proto__.polluted", "a.__proto__"]);
  expect(Object.getPrototypeOf(nested)).toBe(Object.prototype);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});
