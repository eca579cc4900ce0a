import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "./root";

const folder = mkdtempSync(join(tmpdir(), "throughline-commit-msg-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What .githooks/commit-msg prints about a message; "" if it lets it pass. */
function refusal(message: string): string {
  const file = join(folder, "message");
  writeFileSync(file, message);
  const { status, stderr } = spawnSync(join(root, ".githooks/commit-msg"), [file], { encoding: "utf8" });
  expect(status).toBe(stderr === "" ? 0 : 1);
  return stderr;
}

test("the hook lets a subject of up to 60 characters pass, and those git writes", () => {
  expect(refusal(`${"F".repeat(60)}\n\n${"a longer body ".repeat(20)}.\n`)).toBe("");
  expect(refusal("# a comment of git's\n\nShow “who else” on each event\n# and another\n")).toBe("");
  expect(refusal(`É${"é".repeat(59)}`)).toContain("capital letter"); // counts characters, not bytes
  expect(refusal(`Fix ${"é".repeat(56)}`)).toBe("");
  for (const start of ["fixup! ", "Merge branch ", 'Revert "']) expect(refusal(start + "x".repeat(80))).toBe("");
});

test("the hook refuses a long subject, a final period and a small first letter", () => {
  expect(refusal("F".repeat(61))).toContain("has 61 characters, 60 are allowed");
  expect(refusal("Fix the lost session.\n\nBody\n")).toContain("ends with a period: Fix the lost session.");
  expect(refusal("fix the lost session\n")).toContain("does not start with a capital letter");
});
