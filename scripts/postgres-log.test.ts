import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { rotateLog } from "./postgres-log";

const folder = mkdtempSync(join(tmpdir(), "throughline-log-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a log held open by another process is rotated when too long, keeping its last part", () => {
  const log = join(folder, "log");
  rotateLog(log, 1_000); // not there yet
  const held = openSync(log, "a");
  for (let round = 0; round < 20; round++) {
    writeSync(held, `${round} `.repeat(200));
    rotateLog(log, 1_000);
    expect(statSync(log).size).toBeLessThanOrEqual(1_000);
  }
  writeSync(held, "end");
  expect(readFileSync(log, "utf8")).toMatch(/end$/);
  expect(statSync(`${log}.old`).size).toBeLessThan(3_000);
});
