import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, test } from "vitest";
import { unpackLz64 } from "@/lib/ingest/http/decode";

/** lz-string as bundled with posthog-js-lite 2. */
const source = readFileSync(createRequire(import.meta.url).resolve("posthog-js-lite-2"), "utf8");
const from = source.indexOf("var f = String.fromCharCode");
const to = source.indexOf("\n};", source.indexOf("var LZString")) + 3;
const { compressToBase64 } = new Function(`${source.slice(from, to)} return LZString;`)() as {
  compressToBase64: (text: string) => string;
};

test("unpacks what the library packs", () => {
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

test("a bomb is cut at the limit", () => {
  const bomb = compressToBase64("a".repeat(300_000));
  expect(bomb.length).toBeLessThan(3_000);
  expect(() => unpackLz64(bomb, 20_000)).toThrow(RangeError);
});

test("anything else terminates, with null or a text", () => {
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
