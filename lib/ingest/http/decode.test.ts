import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody, unpackLz64 } from "@/lib/ingest/http/decode";
import { REQUEST_MAX_BYTES } from "@/lib/ingest/values/limits";

const VALUE = { type: "track", payload: { name: "größe 👍 +/=" } };
const JSON_BYTES = Buffer.from(JSON.stringify(VALUE));
const base64 = JSON_BYTES.toString("base64");

test.each([
  ["JSON", JSON_BYTES, undefined],
  ["JSON behind a byte order mark", Buffer.concat([Buffer.from("\ufeff"), JSON_BYTES]), undefined],
  ["gzip, announced", gzipSync(JSON_BYTES), "gzip"],
  ["gzip, not announced", gzipSync(JSON_BYTES), undefined],
  ["declared as gzip but already unpacked", JSON_BYTES, "gzip"],
  ["brotli", brotliCompressSync(JSON_BYTES), "br"],
  ["deflate", deflateSync(JSON_BYTES), "deflate"],
  ["a form with JSON", Buffer.from(`data=${encodeURIComponent(JSON.stringify(VALUE))}`), undefined],
  ["a form with base64", Buffer.from(`data=${encodeURIComponent(base64)}`), undefined],
  ["a form with unescaped base64", Buffer.from(`data=${base64}`), undefined],
  [
    "a form with base64 of gzip",
    Buffer.from(`data=${encodeURIComponent(gzipSync(JSON_BYTES).toString("base64"))}`),
    undefined,
  ],
])("%s", async (_what, body, encoding) => {
  expect((await decodeBody(body, encoding)).value).toEqual(VALUE);
});

test.each([
  ["nothing", ""],
  ["half a message", '{"type":"track"'],
  ["a word", "hello"],
  ["a form without data", "data="],
])("%s is a bad request", async (_what, text) => {
  await expect(decodeBody(Buffer.from(text), undefined)).rejects.toMatchObject({ code: "bad_request" });
});

test("broken gzip is a bad request, a gzip bomb is too large", async () => {
  await expect(decodeBody(gzipSync(JSON_BYTES).subarray(0, 20), "gzip")).rejects.toMatchObject({ code: "bad_request" });
  const bomb = gzipSync(Buffer.alloc(64 * REQUEST_MAX_BYTES, "x"));
  expect(bomb.byteLength).toBeLessThan(100_000);
  await expect(decodeBody(bomb, "gzip")).rejects.toMatchObject({ code: "too_large" });
  const form = Buffer.from(`data=${encodeURIComponent(bomb.toString("base64"))}`);
  await expect(decodeBody(form, undefined)).rejects.toMatchObject({ code: "too_large" });
});

test("the reported size is the unpacked one", async () => {
  expect((await decodeBody(gzipSync(JSON_BYTES), "gzip")).bytes).toBe(JSON_BYTES.byteLength);
});

test("a form of lz-string is rejected by its packed length, as it is read bit by bit", async () => {
  const form = (length: number) => Buffer.from(`data=${"A".repeat(length)}&compression=lz64`);
  await expect(decodeBody(form(256 * 1024 + 1), undefined)).rejects.toMatchObject({ code: "too_large" });
  await expect(decodeBody(form(256 * 1024), undefined)).rejects.toMatchObject({ code: "bad_request" });
});

/** lz-string as bundled with posthog-js-lite 2. */
const source = readFileSync(createRequire(import.meta.url).resolve("posthog-js-lite-2"), "utf8");
const from = source.indexOf("var f = String.fromCharCode");
const to = source.indexOf("\n};", source.indexOf("var LZString")) + 3;
const { compressToBase64 } = new Function(`${source.slice(from, to)} return LZString;`)() as {
  compressToBase64: (text: string) => string;
};

test("lz64: unpacks what the library packs", () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom("a", "b"),
      fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)),
    ),
    minLength: 1,
    maxLength: 400,
  });
  fc.assert(
    fc.property(text, (sent) => {
      expect(unpackLz64(compressToBase64(sent), 10_000)).toBe(sent);
    }),
  );
});

test("lz64: a bomb is cut at the limit", () => {
  const bomb = compressToBase64("a".repeat(300_000));
  expect(bomb.length).toBeLessThan(3_000);
  expect(() => unpackLz64(bomb, 20_000)).toThrow(RangeError);
});

test("lz64: anything else terminates, with null or a text", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."AB/+=zQ09 ?"), maxLength: 300 });
  fc.assert(
    fc.property(letters, (sent) => {
      const read = unpackLz64(sent, 1_000_000);
      expect(read === null || typeof read === "string").toBe(true);
    }),
  );
  expect(unpackLz64("", 10)).toBeNull();
  expect(unpackLz64(compressToBase64("hello hello hello").slice(0, 8), 100)).toBeNull();
});
