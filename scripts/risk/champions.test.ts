import { expect, test } from "vitest";
import { championRow } from "./champions";

const [follow, alone] = [championRow("teams follow", 300, 7), championRow("none", 300, 7)];

test("where teams follow their champion, a quiet champion predicts that the account is lost", () => {
  expect(follow.quiet).toBeGreaterThan(20);
  expect(follow.lostOfQuiet).toBeGreaterThan(3 * follow.lostOfOthers);
});

test("where they do not, it hardly does", () => {
  expect(alone.quiet).toBeGreaterThan(20);
  expect(Math.abs(alone.lostOfQuiet - alone.lostOfOthers)).toBeLessThan(0.1);
});

test("for the next two weeks it adds nothing to the account's active days", () => {
  for (const { measures } of [follow, alone]) {
    const [model, ...withSign] = measures;
    for (const { brier } of withSign) expect(brier).toBeGreaterThan((model?.brier ?? 0) - 0.001);
  }
});
