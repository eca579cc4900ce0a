import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root";

type Locked = { resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean };

test("every package in the lock file has a hash, so that no registry can change it", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const packages = Object.entries(lock.packages).filter(([path, one]) => path !== "" && !one.link && !one.inBundle);
  expect(packages.length).toBeGreaterThan(300);
  for (const [path, { resolved, integrity }] of packages) {
    expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
    // Which registry serves it does not matter, as the hash decides.
    if (resolved !== undefined) expect(resolved, path).toMatch(/^https:\/\//);
  }
});
