import { expect, test } from "vitest";
import { signUp } from "@/lib/auth/members.store";
import { prisma } from "@/lib/db/prisma";
import { entitlementOf, isHosted } from "@/lib/plans/entitlements";

test("without EDITION=hosted there are no plans: nothing is limited, and nothing about a plan is stored", async () => {
  const made = await signUp({
    email: "olga@example.com",
    password: "correct horse battery",
    name: "O",
    projectName: "S",
  });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  expect(isHosted()).toBe(false);
  expect(await entitlementOf(organizationId, Date.now())).toBeNull();
  expect(await prisma().organizationPlan.count()).toBe(0);
});
