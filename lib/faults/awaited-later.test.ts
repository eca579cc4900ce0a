import { afterAll, beforeAll, expect, test } from "vitest";
import { awaitedLater, settled } from "./awaited-later";

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

const failing = async () => {
  throw new Error("no database");
};
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("what fails before it is awaited is thrown where it is awaited, and nowhere else", async () => {
  const [work] = awaitedLater(failing());
  await turn();
  expect(unhandled).toEqual([]);
  await expect(work).rejects.toThrow("no database");
});

test("waiting for the end of work does not throw, and does not keep its failure from whoever awaits the work", async () => {
  const work = failing();
  await settled(work);
  await settled(undefined);
  await turn();
  expect(unhandled).toEqual([]);
  await expect(work).rejects.toThrow("no database");
});
