import { expect, expectTypeOf, test } from "vitest";
import type { Permission } from "@/lib/permissions";
import { grantScope, grantTeam, type Scope, type TeamScope } from "@/lib/scope";

/** The types are checked by `npm run check`; the values only have to exist. */
const scope = <P extends Permission>() => grantScope("project", "system:test") as Scope<P>;
const edit = (of: Scope<"edit">): string => of.projectId;
const erase = (of: Scope<"erase">): string => of.projectId;
const manage = (of: Scope<"manage">): string => of.projectId;
const read = (of: Scope): string => of.projectId;

test("an unpermitted change does not compile", () => {
  // @ts-expect-error who may view may not edit
  edit(scope<"view">());
  // @ts-expect-error nor erase
  erase(scope<"view">());
  // @ts-expect-error who may edit may not erase
  erase(scope<"edit">());
  // @ts-expect-error nor manage
  manage(scope<"edit">());
  // @ts-expect-error nor may a key that edits and erases
  manage(scope<"edit" | "erase">());
  // @ts-expect-error an object of the same fields proves nothing
  read({ projectId: "project", actor: "system:test", organizationId: null });
  expect(edit(scope<"edit">())).toBe("project");
});

test("a stronger permission includes the weaker ones", () => {
  expectTypeOf<Scope<"manage">>().toExtend<Scope<"erase">>();
  expectTypeOf<Scope<"manage">>().toExtend<Scope<"edit">>();
  expectTypeOf<Scope<"edit">>().toExtend<Scope>();
  expectTypeOf<Scope<"erase">>().toExtend<Scope>();
  expectTypeOf<Scope>().not.toExtend<Scope<"edit">>();
  expectTypeOf<TeamScope<"own">>().toExtend<TeamScope>();
  expectTypeOf<TeamScope>().not.toExtend<TeamScope<"own">>();
  // A scope of a project is not one of the organization.
  expectTypeOf<Scope<"manage">>().not.toExtend<TeamScope>();
  expect(grantTeam("organization", "member", "owner").role).toBe("owner");
});
