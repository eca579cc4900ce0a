import { beforeEach, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { daySalt, deriveStream, destroyOldSalts, saltOfDay } from "@/lib/ingest/enrich/daily-salt.store";
import { testDatabase } from "../support/database";

const DAY = 24 * 60 * 60 * 1000;
const NOON = Date.UTC(2026, 5, 15, 12);
const days = async () => (await pool().query("SELECT day::text FROM salts ORDER BY day")).rows.map((row) => row.day);

beforeEach(async () => {
  await pool().query("DELETE FROM salts");
});

test("processes that request a new day's salt at the same time all get the same one", async () => {
  const { pool: other } = testDatabase(8);
  const made = await Promise.all(
    Array.from({ length: 16 }, (_, i) => saltOfDay(other, "2026-06-15", Buffer.alloc(32, i))),
  );
  await other.end();
  expect(new Set(made.map((salt) => salt.toString("hex"))).size).toBe(1);
});

test("a salt lasts for its UTC day, is returned synchronously, and changes the next day", async () => {
  const first = await daySalt(NOON);
  expect(daySalt(NOON - DAY / 2)).toBe(first);
  expect(daySalt(NOON + DAY / 2 - 1)).toBe(first);
  const next = await daySalt(NOON + DAY / 2);
  expect(next.equals(first)).toBe(false);
  expect(first).toHaveLength(32);
  expect(await days()).toEqual(["2026-06-15", "2026-06-16"]);
});

test("a failed attempt is not cached", async () => {
  const broken = { query: () => Promise.reject(new Error("away")) } as unknown as Parameters<typeof daySalt>[1];
  await expect(daySalt(NOON + 5 * DAY, broken)).rejects.toThrow("away");
  expect(await daySalt(NOON + 5 * DAY)).toHaveLength(32);
});

test("salts of yesterday and today are kept, older ones destroyed", async () => {
  for (let day = 10; day <= 15; day++) await saltOfDay(pool(), `2026-06-${day}`, Buffer.alloc(32, day));
  expect(await destroyOldSalts(NOON)).toBe(4);
  expect(await days()).toEqual(["2026-06-14", "2026-06-15"]);
  expect(await saltOfDay(pool(), "2026-06-15", Buffer.alloc(32))).toEqual(Buffer.alloc(32, 15));
});

test("destroyed salts are not in the table's file any more", async () => {
  const { rows: before } = await pool().query("SELECT pg_relation_filenode('salts') AS file");
  await saltOfDay(pool(), "2026-06-01", Buffer.alloc(32, 1));
  expect(await destroyOldSalts(NOON)).toBe(1);
  const { rows: after } = await pool().query(
    "SELECT pg_relation_filenode('salts') AS file, pg_relation_size('salts') AS size",
  );
  expect(after[0]?.file).not.toBe(before[0]?.file);
  expect(after[0]?.size, "a new file with no page of rows").toBe(0);
  expect(await destroyOldSalts(NOON), "nothing to destroy").toBe(0);
  const { rows: again } = await pool().query("SELECT pg_relation_filenode('salts') AS file");
  expect(again[0]?.file).toBe(after[0]?.file);
});

test("a stream depends on day, project, address and browser, and on nothing else", () => {
  const salt = Buffer.alloc(32, 1);
  const stream = deriveStream(salt, "p", "1.1.1.1", "ua");
  expect(deriveStream(salt, "p", "1.1.1.1", "ua")).toBe(stream);
  const others = [
    deriveStream(Buffer.alloc(32, 2), "p", "1.1.1.1", "ua"),
    deriveStream(salt, "q", "1.1.1.1", "ua"),
    deriveStream(salt, "p", "1.1.1.2", "ua"),
    deriveStream(salt, "p", "1.1.1.1", "ub"),
  ];
  expect(new Set([stream, ...others]).size).toBe(5);
});
