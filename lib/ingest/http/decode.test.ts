import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeBody } from "@/lib/ingest/http/decode";
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
