import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ID_MAX_LENGTH } from "@/lib/format/id-length";
import { cleanId } from "@/lib/ingest/parse/clean-id";

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
    fc.string({ unit: "binary" }),
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
