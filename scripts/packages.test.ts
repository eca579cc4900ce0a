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

type Wanted = Record<"dependencies" | "devDependencies", Record<string, string>>;

/** "npm:posthog-js@1.30.0" stands for posthog-js, "@types/pg" for pg. */
function decidedAs(name: string, version: string): string {
  const aliased = /^npm:(.+)@/.exec(version)?.[1] ?? name;
  return aliased.replace(/^@types\//, "");
}

test("decision 9 names every package of package.json, and no other", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Wanted;
  const wanted = Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) =>
    decidedAs(name, version),
  );
  const decision = readFileSync(join(root, "docs/decisions/0009-dependencies.md"), "utf8");
  const cells = [...decision.matchAll(/^\| (?!package|---)([^|]+) \|/gm)].map(([, cell = ""]) => cell);
  // "typescript (7, native), tsx" and "zod 4": the names alone
  const named = cells.flatMap((cell) => cell.replace(/ \([^)]*\)| \d+/g, "").split(", "));
  expect(named.filter((name, n) => named.indexOf(name) !== n)).toEqual([]);
  expect([...named, "node"].sort()).toEqual([...new Set(wanted)].sort());
});
