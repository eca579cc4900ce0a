import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, readBytes, readNodeBytes } from "@/lib/http/body";
import { cases } from "@/tests/support/cases";
import { costRatio, costTest } from "@/tests/support/cost";

test.each([
  ['{"id":9007199254740993}', { id: "9007199254740993" }],
  ['{"id":-9007199254740993}', { id: "-9007199254740993" }],
  ["[12345678901234567890,12345678901234567891 , 1]", ["12345678901234567890", "12345678901234567891", 1]],
  ["12345678901234567890", "12345678901234567890"],
  ['{"id":9007199254740991,"µs":1795784391063000}', { id: 9007199254740991, µs: 1795784391063000 }],
  [
    '{"half":0.1234567890123456,"e":1234567890123456e4,"p":1.0e20}',
    { half: 0.1234567890123456, e: 1234567890123456e4, p: 1e20 },
  ],
  [
    '{"a\\"12345678901234567890\\\\":"12345678901234567890 \\" 12345678901234567890"}',
    { 'a"12345678901234567890\\': '12345678901234567890 " 12345678901234567890' },
  ],
])("%s", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test("parses like JSON.parse, except for long numbers", () => {
  const leaf = fc.oneof(
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: fc.constantFrom("\\", '"', "9", "90071992547409931", "e", ",") }),
    fc.constant(null),
  );
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie("node")),
      fc.dictionary(fc.string({ unit: fc.constantFrom("\\", '"', "90071992547409931") }), tie("node")),
    ),
  })).node;
  const write = (value: unknown): string =>
    typeof value === "bigint"
      ? String(value)
      : Array.isArray(value)
        ? `[${value.map(write).join()}]`
        : typeof value === "object" && value !== null
          ? `{${Object.entries(value)
              .map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`)
              .join()}}`
          : JSON.stringify(value);
  const exact = (value: unknown): unknown =>
    typeof value === "bigint"
      ? Number.isSafeInteger(Number(value))
        ? Number(value)
        : String(value)
      : Array.isArray(value)
        ? value.map(exact)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exact(item)]))
          : typeof value === "number" &&
              Number.isInteger(value) &&
              !Number.isSafeInteger(value) &&
              /^-?\d+$/.test(JSON.stringify(value))
            ? JSON.stringify(value)
            : Object.is(value, -0)
              ? 0
              : value;
  fc.assert(
    fc.property(tree, (value) => {
      expect(parseJson(write(value))).toEqual(exact(value));
    }),
    { numRuns: cases(500) },
  );
});

test.each(["", "{", '{"a":12345678901234567890', '"12345678901234567890', "[12345678901234567890,]"])(
  "%s is no JSON",
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

costTest("is linear for its worst inputs", async () => {
  const shapes: Record<string, (n: number) => string> = {
    numbers: (n) => `[${"12345678901234567890,".repeat(n)}1]`,
    slashes: (n) => `["${"\\\\".repeat(n * 8)}\\"", 12345678901234567890]`,
    quotes: (n) => `[${'"\\"1234567890123456",'.repeat(n)}12345678901234567890]`,
    digits: (n) => `[${"1".repeat(n * 8)}]`,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const json = shape(64_000);
    const ratio = await costRatio(
      () => JSON.parse(json),
      () => parseJson(json),
      100,
    );
    // A quadratic one takes ten thousand times as long.
    expect(ratio, name).toBeLessThan(100);
  }
});

describe("a body with more bytes than allowed is refused", () => {
  const piece = Buffer.alloc(1_024);
  let sent = 0;
  function* endless(): Generator<Buffer> {
    for (sent = 0; sent < 1_000; sent++) yield piece;
  }

  test("of a web request, before all of it arrived", async () => {
    const body = Readable.toWeb(Readable.from(endless())) as ReadableStream<Uint8Array>;
    await expect(readBytes(body, 10 * piece.length)).rejects.toMatchObject({ code: "too_large" });
    expect(sent).toBeLessThan(100);
    const fits = Readable.toWeb(Readable.from([piece, piece])) as ReadableStream<Uint8Array>;
    expect(await readBytes(fits, 2 * piece.length)).toHaveLength(2 * piece.length);
  });

  test("of a node:http request, with or without a Content-Length", async () => {
    const request = (pieces: Iterable<Buffer>, headers: object) =>
      Object.assign(Readable.from(pieces), { headers, complete: true }) as unknown as IncomingMessage;
    await expect(readNodeBytes(request(endless(), {}), 10 * piece.length)).rejects.toMatchObject({ code: "too_large" });
    const claimed = request([piece], { "content-length": "999999" });
    await expect(readNodeBytes(claimed, 10 * piece.length)).rejects.toMatchObject({ code: "too_large" });
    expect(await readNodeBytes(request([piece, piece], {}), 2 * piece.length)).toHaveLength(2 * piece.length);
  });
});
