import fc from "fast-check";
import { expect, test } from "vitest";
import { bigints, booleans, jsons, texts, timestamps, uuids } from "@/lib/db/binary-arrays";
import { pool } from "@/lib/db/pool";
import { anyCharacter } from "@/tests/support/any-character";

/** Each kind of column survives the round trip through Postgres unchanged. */
async function back(column: Buffer, type: string): Promise<unknown[]> {
  const { rows } = await pool().query(`SELECT x FROM unnest($1::${type}[]) WITH ORDINALITY t(x, n) ORDER BY n`, [
    column,
  ]);
  return rows.map((row) => row.x);
}

const listOf = <T>(value: fc.Arbitrary<T>) => fc.array(fc.option(value), { maxLength: 40 });
const holds = <T>(value: fc.Arbitrary<T>, send: (values: (T | null)[]) => Buffer, type: string) =>
  fc.assert(
    fc.asyncProperty(listOf(value), async (values) => {
      expect(await back(send(values), type)).toEqual(values);
    }),
    { numRuns: 60 },
  );
/** Postgres takes no NUL in a text. */
const text = fc.string({ unit: anyCharacter, maxLength: 60 }).map((it) => it.replaceAll("\0", ""));

test("texts, of any script, empty and long", async () => {
  await holds(text, texts, "text");
  const long = ["ü".repeat(300_000), null, "end"];
  expect(await back(texts(long), "text")).toEqual(long);
});

test("texts and documents that repeat the one before", async () => {
  const plan = { plan: "pro" };
  await holds(fc.constantFrom("", "a", "é", "ab"), texts, "text");
  await holds(fc.constantFrom<object>(plan, { plan: "pro" }, {}, { n: 1 }), jsons, "jsonb");
  // One that is copied behind the end of the buffer's room.
  const long = ["ü".repeat(200_000), "ü".repeat(200_000), null, "ü".repeat(200_000)];
  expect(await back(texts(long), "text")).toEqual(long);
});

test("UUIDs", () => holds(fc.uuid(), uuids, "uuid"));

test("integers up to 2^53, including negative ones", () => holds(fc.maxSafeInteger(), bigints, "bigint"));

test("moments to the millisecond from 1970 to 2255, and both ends of time", () =>
  holds(
    fc.oneof(
      fc.integer({ min: 0, max: Date.UTC(2255, 0) }),
      fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    ),
    timestamps,
    "timestamptz",
  ));

test("JSON documents", () =>
  holds(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))), jsons, "jsonb"));

test("booleans", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.boolean()), async (values) => {
      expect(await back(booleans(values), "boolean")).toEqual(values);
    }),
    { numRuns: 20 },
  ));

test.each(["", "0191d3f0", "0191d3f0-0000-7000-8000-00000000000g", "0191d3f0-0000-7000-8000-0000000000000"])(
  "an invalid UUID is rejected like other bad data: %s",
  (id) => {
    expect(() => uuids([id])).toThrow(expect.objectContaining({ code: "22P02" }));
  },
);
