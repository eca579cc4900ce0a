import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictOf } from "./audit-report";
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

const printed = (...found: [name: string, severity: string][]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(found.map(([name, severity]) => [name, { name, severity, via: [] }])),
    metadata: { vulnerabilities: { total: found.length } },
  });

test("serious vulnerabilities fail the check, lesser ones are named, and no answer is no failure", () => {
  expect(verdictOf(printed())).toMatchObject({ checked: true, failed: false });
  expect(verdictOf(printed(["b", "low"], ["a", "moderate"]))).toEqual({
    checked: true,
    failed: false,
    text: "npm audit: a (moderate), b (low).",
  });
  for (const severity of ["high", "critical"]) expect(verdictOf(printed(["a", severity])).failed).toBe(true);
  for (const none of ["", "npm error code E405", '{"message":"405 Method Not Allowed","error":{}}'])
    expect(verdictOf(none)).toMatchObject({ checked: false, failed: false });
});
