import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DiskRoom } from "./admit";

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());
const MB = 1_000_000;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("events are rejected while the disk is nearly full, and accepted again when there is room", async () => {
  let free = 600 * MB;
  const look = vi.fn(async () => free);
  const room = new DiskRoom("/data", 500, look);
  room.require(0);
  await turn();
  room.require(1);
  free = 400 * MB;
  for (let ms = 2; ms < 5_000; ms += 10) room.require(ms);
  expect(look, "not at every request").toHaveBeenCalledTimes(1);
  room.require(5_000);
  await turn();
  expect(() => room.require(5_001)).toThrow(expect.objectContaining({ code: "unavailable", retryAfterSeconds: 60 }));
  free = 600 * MB;
  expect(() => room.require(10_000)).toThrow();
  await turn();
  room.require(10_001);
});

test.each([
  ["a Postgres elsewhere", "", 500],
  ["an operator who disabled it", "/data", 0],
])("%s: nothing is checked", async (_who, folder, least) => {
  const look = vi.fn(async () => 0);
  const room = new DiskRoom(folder, least, look);
  for (const ms of [0, 10_000, 20_000]) room.require(ms);
  await turn();
  room.require(30_000);
  expect(look).not.toHaveBeenCalled();
});

test("a disk that cannot be checked rejects nothing", async () => {
  const room = new DiskRoom("/data", 500, () => Promise.reject(new Error("no")));
  room.require(0);
  await turn();
  room.require(1);
});

test("the real disk has an answer", async () => {
  const room = new DiskRoom(process.cwd(), Number.MAX_SAFE_INTEGER / MB);
  room.require(0);
  await vi.waitFor(() => expect(() => room.require(1)).toThrow("nearly full"));
});

test("a clock that is set back an hour neither hides a full disk nor keeps events out once there is room", async () => {
  let free = 400 * MB;
  const room = new DiskRoom("/data", 500, async () => free);
  room.require(4_000_000);
  await turn();
  expect(() => room.require(4_000_001)).toThrow();
  free = 600 * MB;
  expect(() => room.require(400_000)).toThrow();
  await turn();
  room.require(400_001);
});
