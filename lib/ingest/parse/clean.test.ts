import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanProperties, cleanText, cutText, PROPERTIES_MAX, PROPERTIES_MAX_DEPTH } from "@/lib/ingest/parse/clean";

const clean = (json: string) => cleanProperties(JSON.parse(json), "properties");
const nested = (depth: number): object => (depth === 1 ? {} : { a: nested(depth - 1) });

test.each([
  ["NUL characters are removed", String.raw`{"a":"x\u0000y"}`, { a: "xy" }],
  ["from names too", String.raw`{"a\u0000b":1}`, { ab: 1 }],
  ["a lone surrogate becomes U+FFFD", String.raw`{"a":"\ud800x","b":"\udc00"}`, { a: "\ufffdx", b: "\ufffd" }],
  ["a whole pair stays", String.raw`{"a":"\ud83d\udc4d"}`, { a: "👍" }],
  ["__proto__ is dropped", '{"__proto__":{"admin":true},"a":1}', { a: 1 }],
  ["constructor and prototype too, at any depth", '{"a":{"constructor":1,"prototype":2,"b":3}}', { a: { b: 3 } }],
  ["also when a NUL hides them", String.raw`{"__pro\u0000to__":1}`, {}],
  ["a number beyond doubles is null", '{"a":1e999}', { a: null }],
  ["lists, booleans and null stay", '{"a":[1,"x",null,{"b":true}]}', { a: [1, "x", null, { b: true }] }],
])("%s", (_guarantee, json, expected) => {
  const cleaned = clean(json);
  expect(cleaned).toEqual(expected);
  expect(Object.getPrototypeOf(cleaned)).toBe(Object.prototype);
  expect("admin" in cleaned).toBe(false);
});

test("five levels pass, a sixth is rejected, including lists", () => {
  expect(() => cleanProperties(nested(PROPERTIES_MAX_DEPTH), "p")).not.toThrow();
  expect(() => cleanProperties(nested(PROPERTIES_MAX_DEPTH + 1), "p")).toThrow(/Nested more than 5/);
  expect(() => clean('{"a":[[[[1]]]]}')).not.toThrow();
  expect(() => clean('{"a":[[[[[1]]]]]}')).toThrow(/Nested/);
});

test("a hundred thousand levels are rejected like six, not by a stack overflow", () => {
  const json = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect(() => clean(json)).toThrow(/Nested/);
});

test("128 properties pass, one more is rejected; skipped ones do not count", () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  expect(Object.keys(cleanProperties(many(PROPERTIES_MAX), "p"))).toHaveLength(PROPERTIES_MAX);
  expect(() => cleanProperties(many(PROPERTIES_MAX + 1), "p")).toThrow(/More than 128/);
  expect(() => cleanProperties(many(PROPERTIES_MAX + 1), "p", (key) => key === "k0")).not.toThrow();
});

test("a name of more than 200 characters is rejected, at any depth", () => {
  expect(() => cleanProperties({ ["k".repeat(200)]: 1 }, "p")).not.toThrow();
  expect(() => cleanProperties({ a: { ["k".repeat(201)]: 1 } }, "p")).toThrow(/name has more than 200/);
});

test("the result is always JSON that Postgres accepts, and cleaning it again changes nothing", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }), (value) => {
      const cleaned = cleanProperties({ value }, "p");
      const json = JSON.stringify(cleaned);
      expect(json).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      expect(cleanProperties(JSON.parse(json), "p")).toEqual(JSON.parse(json));
    }),
  );
});

test("cutting never leaves half a character", () => {
  expect(cutText("ab👍", 3)).toBe("ab");
  expect(cutText("ab👍", 4)).toBe("ab👍");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, length) => {
      const cut = cutText(cleanText(text), length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut).toBe(cleanText(cut));
    }),
  );
});
