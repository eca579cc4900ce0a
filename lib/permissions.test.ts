import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  ABILITIES,
  abilityTable,
  PERMISSIONS,
  permits,
  ROLE_PERMISSIONS,
  ROLES,
  type Role,
  roleIn,
  TEAM_PERMISSIONS,
  TEAM_ROLE_PERMISSIONS,
} from "@/lib/permissions";

test("each role may do everything the next weaker one may", () => {
  for (const [at, role] of ROLES.entries()) {
    const weaker: Role | undefined = ROLES[at + 1];
    if (!weaker) continue;
    expect(ROLE_PERMISSIONS[role]).toEqual(expect.arrayContaining([...ROLE_PERMISSIONS[weaker]]));
    expect(TEAM_ROLE_PERMISSIONS[role]).toEqual(expect.arrayContaining([...TEAM_ROLE_PERMISSIONS[weaker]]));
  }
  expect(PERMISSIONS.filter((one) => permits("viewer", one))).toEqual(["view"]);
  expect(PERMISSIONS.filter((one) => permits("editor", one))).toEqual(["view", "edit"]);
});

test("every permission is explained", () => {
  const explained = new Set(ABILITIES.map(({ needs }) => needs));
  expect([...PERMISSIONS, ...TEAM_PERMISSIONS].filter((one) => !explained.has(one))).toEqual([]);
});

test("a role in a project replaces the one in the organization, except for owners and admins", () => {
  expect(roleIn("viewer", "admin")).toBe("admin");
  expect(roleIn("editor", "viewer")).toBe("viewer");
  expect(roleIn("editor", "none")).toBeNull();
  expect(roleIn("editor", null)).toBe("editor");
  for (const role of ["owner", "admin"] as const) expect(roleIn(role, "none")).toBe(role);
});

test("docs/permissions.md has the table", () => {
  const heads = ["viewer", "editor", "admin", "owner"] as const;
  const keys = ["read", "write", "root"] as const;
  const lines = abilityTable().map(({ what, roles, keys: ofKeys }) => {
    const marks = [...heads.map((role) => roles[role]), ...keys.map((key) => ofKeys[key])];
    return `| ${what} | ${marks.map((has) => (has ? "yes" : "–")).join(" | ")} |`;
  });
  const page = readFileSync(join(import.meta.dirname, "../docs/permissions.md"), "utf8");
  expect(page.split("\n").filter((line) => /^\| [A-Z]/.test(line))).toEqual(lines);
});
