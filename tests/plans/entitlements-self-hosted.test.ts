import { expect, test } from "vitest";
import { POST } from "@/app/api/stripe/webhook/route";
import { signUp } from "@/lib/auth/members.store";
import { isHosted } from "@/lib/config";
import { prisma } from "@/lib/db/prisma";
import { entitlementOf } from "@/lib/plans/entitlements.store";
import { flushReceived } from "@/lib/projects/received.store";
import { asServer, send, serveIngest } from "../ingest/support";

const ingest = serveIngest();

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
  const event = { type: "track", payload: { name: "view", profileId: "ada" } };
  expect((await send(`${ingest.url()}/api/track`, event, asServer(made.write))).status).toBe(200);
  await flushReceived();
  expect(await prisma().$queryRaw`SELECT day FROM received_days`).toEqual([]);
});

test("without a key for Stripe its webhook is not there", async () => {
  const answer = await POST(new Request("http://x", { method: "POST", body: "{}" }));
  expect(answer.status).toBe(404);
});
