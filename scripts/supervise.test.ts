import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MAX_ATTEMPTS, supervise } from "./supervise";

/** What the supervisor waits for, at a thousandth of its length. */
const brief: typeof sleep = (ms, ...rest) => sleep((ms ?? 0) / 1000, ...rest);

const messages: string[] = [];
const log = (line: string) => void messages.push(line);
beforeEach(() => {
  messages.length = 0;
  vi.spyOn(Math, "random").mockReturnValue(0.5); // no jitter
});
afterEach(() => void vi.restoreAllMocks());

test("a program that ended is started again, and nothing is started once stopped", async () => {
  let alive = false;
  let restarts = 0;
  const restart = async () => {
    restarts++;
    alive = true;
  };
  const supervision = supervise({ name: "It", isAlive: () => alive, restart }, log, brief);
  await vi.waitFor(() => expect(restarts).toBe(1));
  await vi.waitFor(() =>
    expect(messages).toEqual(["It is not running. Restarting it in 1 s.", "It is running again."]),
  );
  await brief(5_000);
  expect(restarts).toBe(1);
  await supervision.stop();
  alive = false;
  await brief(5_000);
  expect(restarts).toBe(1);
});

test("one that cannot be restarted is given up after growing pauses, with the reason", async () => {
  let attempts = 0;
  const restart = async () => {
    attempts++;
    throw new Error("no space left on device");
  };
  const { lost } = supervise({ name: "It", isAlive: () => false, restart }, log, brief);
  await expect(lost).rejects.toThrow("It exited and could not be restarted in 10 attempts: no space left on device");
  expect(attempts).toBe(MAX_ATTEMPTS);
  const pauses = messages.map((line) => Number(/ in (\d+) s/.exec(line)?.[1]));
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30, 30, 30]);
});

test("one that ends again and again soon after its start is given up too", async () => {
  let restarts = 0;
  const { lost } = supervise({ name: "It", isAlive: () => false, restart: async () => void restarts++ }, log, brief);
  await expect(lost).rejects.toThrow("it exited soon after each start");
  expect(restarts).toBe(MAX_ATTEMPTS);
});
