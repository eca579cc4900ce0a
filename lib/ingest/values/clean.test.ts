import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ID_MAX_LENGTH } from "@/lib/format/id-length";
import { cleanId, cleanProperties, cleanText, cutText } from "@/lib/ingest/values/clean";
import { PROPERTIES_MAX, PROPERTIES_MAX_DEPTH } from "@/lib/ingest/values/limits";
import { anyCharacter } from "@/tests/support/any-character";

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
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: anyCharacter }), (value) => {
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
    fc.property(fc.string({ unit: anyCharacter }), fc.nat(20), (text, length) => {
      const cut = cutText(cleanText(text), length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut).toBe(cleanText(cut));
    }),
  );
});

const NONE: ReadonlySet<string> = new Set();
const idOf = (value: unknown) => cleanId(value, NONE).id;

describe("what counts as an id (docs/identity.md R1)", () => {
  test.each([
    ["a string is not changed", "u_1", "u_1"],
    ["case is kept", "Alice", "Alice"],
    ["a number becomes a string", 42, "42"],
    ["surrounding white space is removed", "  u_1\n", "u_1"],
    ["surrounding quotes are removed", '"u_1"', "u_1"],
    ["in layers", " ' `u_1` ' ", "u_1"],
    ["a quote inside stays", "o'hara", "o'hara"],
    ["an unclosed quote stays", '"u_1', '"u_1'],
    ["composed and decomposed letters are the same", "Zoe\u0308", "Zo\u00eb"],
    ["NUL characters go", "u\0_1", "u_1"],
    ["half a surrogate pair is replaced", "u\ud800", "u\ufffd"],
    ["an emoji stays", "u👍", "u👍"],
    ["255 characters are an id", "x".repeat(ID_MAX_LENGTH), "x".repeat(ID_MAX_LENGTH)],
    ["counted as characters, not as UTF-16 units", "👍".repeat(ID_MAX_LENGTH), "👍".repeat(ID_MAX_LENGTH)],
    ["a zero among other digits stays", "007", "007"],
    ["a word that only contains a blocked one stays", "nullable", "nullable"],
  ])("%s", (_guarantee, sent, id) => expect(cleanId(sent, NONE)).toEqual({ id, warning: null }));

  test.each([undefined, null])("nothing sent (%s) is absent without a warning", (sent) =>
    expect(cleanId(sent, NONE)).toEqual({ id: null, warning: null }),
  );

  test.each([
    ..."null none nil undefined nan true false anonymous guest unknown user id email distinct_id".split(" "),
    ..."distinctid device_id deviceid profileid userid not_authenticated n/a void -1".split(" "),
    ...["[object Object]", "{{ user.id }}", "{{}}", "$".concat("{userId}"), "NULL", "None", "'null'", " Undefined "],
    ...["0", "-", "000", "00000000-0000-0000-0000-000000000000", "", "   ", '""', -1, 0, Number.NaN],
    ...[true, false, {}, ["u_1"], "x".repeat(ID_MAX_LENGTH + 1)],
  ])("%j is absent with a warning", (sent) => {
    const { id, warning } = cleanId(sent, NONE);
    expect(id).toBeNull();
    expect(warning).not.toBe(null);
  });

  test("the warning quotes what was blocked", () => {
    expect(cleanId("null", NONE).warning).toBe("blocked id: 'null'");
    expect(cleanId("null", NONE, "device id").warning).toBe("blocked device id: 'null'");
  });

  test("a project's own values are blocked in any case", () => {
    expect(cleanId("Demo-User", new Set(["demo-user"])).id).toBeNull();
  });
});

describe("for any text (R1)", () => {
  const anyText = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({ unit: fc.constantFrom("'", '"', "`", " ", "\n", "a", "0", "-", "é", "e\u0301", "\0", "\ud800", "👍") }),
  );

  test("cleaning again changes nothing", () => {
    fc.assert(
      fc.property(anyText, (sent) => {
        const id = idOf(sent);
        if (id !== null) expect(cleanId(id, NONE)).toEqual({ id, warning: null });
      }),
    );
  });

  test("white space and quotes around it make no difference", () => {
    const wrapped = fc.tuple(anyText, fc.constantFrom("'", '"', "`"), fc.stringMatching(/^[ \t\n]{0,3}$/));
    fc.assert(
      fc.property(wrapped, ([sent, quote, space]) => {
        expect(idOf(`${space}${quote}${space}${sent}${space}${quote}${space}`)).toBe(idOf(sent));
      }),
    );
  });

  test("normal forms of the same text are the same id", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (sent) => {
        expect(idOf(sent.normalize("NFD"))).toBe(idOf(sent.normalize("NFC")));
      }),
    );
  });

  test("a kept id is well-formed, trimmed, not empty, at most 255 characters, without NUL", () => {
    fc.assert(
      fc.property(anyText, (sent) => {
        const id = idOf(sent);
        if (id === null) return;
        expect(Buffer.from(id, "utf8").toString("utf8")).toBe(id);
        expect(id).toBe(id.trim());
        expect(id).not.toMatch(/^$|\0/);
        expect([...id].length).toBeLessThanOrEqual(ID_MAX_LENGTH);
      }),
    );
  });

  test("there is a warning exactly if a sent id was not accepted", () => {
    const anything = fc.oneof(anyText, fc.double(), fc.boolean(), fc.constantFrom(null, undefined, {}, []));
    fc.assert(
      fc.property(anything, (sent) => {
        const { id, warning } = cleanId(sent, NONE);
        expect(warning !== null).toBe(id === null && sent !== null && sent !== undefined);
      }),
    );
  });
});
