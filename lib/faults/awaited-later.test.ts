import { afterAll, beforeAll, expect, test } from "vitest";
import { awaitedLater, whenSettled } from "./awaited-later";

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

const failing = async () => {
  throw new Error("no database");
};
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a failure before the await is thrown at the await, and nowhere else", async () => {
  const [work] = awaitedLater(failing());
  await turn();
  expect(unhandled).toEqual([]);
  await expect(work).rejects.toThrow("no database");
});

test("waiting for work to end does not throw, and the awaiter still gets the failure", async () => {
  const work = failing();
  await whenSettled(work);
  await whenSettled(undefined);
  await turn();
  expect(unhandled).toEqual([]);
  await expect(work).rejects.toThrow("no database");
});
