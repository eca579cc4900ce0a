import { expect, test, vi } from "vitest";
import { retrying, StaleReadError } from "./retry";

const coded = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ["a deadlock", coded("40P01")],
  ["a serialization failure", coded("40001")],
  ["a stale read", new StaleReadError("gone")],
])("%s is retried, four times at most", async (_what, error) => {
  const work = vi.fn().mockRejectedValueOnce(error).mockRejectedValueOnce(error).mockResolvedValue("done");
  expect(await retrying(work)).toBe("done");
  expect(work).toHaveBeenCalledTimes(3);
  const hopeless = vi.fn().mockRejectedValue(error);
  await expect(retrying(hopeless)).rejects.toBe(error);
  expect(hopeless).toHaveBeenCalledTimes(5);
});

test("any other error is thrown at once", async () => {
  const work = vi.fn().mockRejectedValue(coded("23505"));
  await expect(retrying(work)).rejects.toThrow("23505");
  expect(work).toHaveBeenCalledTimes(1);
});

test("a stale read clears the cache before the next attempt, a deadlock does not", async () => {
  let cached = "stale";
  const work = async () => {
    if (cached === "stale") throw new StaleReadError("gone");
    return cached;
  };
  expect(await retrying(work, () => (cached = "fresh"))).toBe("fresh");
  const clear = vi.fn();
  await retrying(vi.fn().mockRejectedValueOnce(coded("40P01")).mockResolvedValue(1), clear);
  expect(clear).not.toHaveBeenCalled();
});
