import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type AllowedAdvisory, allowedSchema, auditVerdictOf } from "./audit-report";
import { root } from "./root";

const ID = "GHSA-aaaa-bbbb-cccc";
const TODAY = "2026-11-29";

const printed = (...found: [name: string, severity: string, id?: string][]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(
      found.map(([name, severity, id = ID]) => [
        name,
        {
          name,
          severity,
          via: [{ source: 1, name, title: "It breaks", url: `https://github.com/advisories/${id}`, severity }],
        },
      ]),
    ),
    metadata: { vulnerabilities: { total: found.length } },
  });
const allow = (until: string, advisory = ID): AllowedAdvisory => [
  { advisory, reason: "We never call the part that breaks.", until },
];

test("serious vulnerabilities fail the check, lesser ones are named, and no answer is no failure", () => {
  expect(auditVerdictOf(printed(), [], TODAY)).toEqual({
    checked: true,
    failed: false,
    text: "npm audit: no known vulnerabilities.",
  });
  const lesser = auditVerdictOf(printed(["b", "low"], ["a", "moderate", "GHSA-dddd-dddd-dddd"]), [], TODAY);
  expect(lesser).toMatchObject({ checked: true, failed: false });
  expect(lesser.text).toMatch(/a \(moderate\).*\n.*b \(low\)/);
  for (const severity of ["high", "critical"]) {
    const verdict = auditVerdictOf(printed(["a", severity]), [], TODAY);
    expect(verdict.failed).toBe(true);
    expect(verdict.text).toContain(ID);
  }
  for (const none of ["", "npm error code E405", '{"message":"405 Method Not Allowed","error":{}}'])
    expect(auditVerdictOf(none, [], TODAY)).toMatchObject({ checked: false, failed: false });
});

test("an allowed advisory, and no other, passes until its end date; one no longer found is listed", () => {
  const found = printed(["a", "high"]);
  expect(auditVerdictOf(found, allow(TODAY), TODAY).failed).toBe(false);
  expect(auditVerdictOf(found, allow("2026-11-28"), TODAY).failed).toBe(true);
  const other = auditVerdictOf(found, allow(TODAY, "GHSA-eeee-eeee-eeee"), TODAY);
  expect(other.failed).toBe(true);
  expect(other.text).toContain("take it out: GHSA-eeee-eeee-eeee");
});

test("a package that only brings another one in is no advisory of its own", () => {
  const report = JSON.parse(printed(["a", "high"]));
  report.vulnerabilities.b = { name: "b", severity: "high", via: ["a"] };
  const verdict = auditVerdictOf(JSON.stringify(report), [], TODAY);
  expect(verdict.failed).toBe(true);
  expect(verdict.text.match(/FAILS/g)).toHaveLength(1);
});

test("each allowed advisory has a reason and an end date", () => {
  const list = JSON.parse(readFileSync(join(root, "scripts/audit-allowed.json"), "utf8"));
  expect(allowedSchema.safeParse(list).error).toBeUndefined();
  for (const bad of [{ reason: "short" }, { until: "later" }, { advisory: "CVE-2026-1" }])
    expect(allowedSchema.safeParse([{ ...allow(TODAY)[0], ...bad }]).success, JSON.stringify(bad)).toBe(false);
});
