import { beforeEach, expect, test } from "vitest";
import { choosePlan, managePlan } from "@/app/(app)/[project]/settings/plan/actions";
import PlanPage from "@/app/(app)/[project]/settings/plan/page";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { openExample } from "@/lib/example/example";
import { IDLE } from "@/lib/http/form";
import { entitlementOf, forgetPlans } from "@/lib/plans/entitlements.store";
import { PLANS, TRIAL_EVENTS_PER_MONTH } from "@/lib/plans/plans";
import { createProject } from "@/lib/projects/projects.store";
import { flushReceived } from "@/lib/projects/received.store";
import { grantScope, grantTeam } from "@/lib/scope";
import { makeDemo } from "../../scripts/demo/make";
import { asServer, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";
import { htmlOf, seenIn } from "../support/html";

/** The figures of Settings, Plan in the hosted edition, against what is stored; without keys for Stripe. */
process.env.EDITION = "hosted";

const PASSWORD = "correct horse battery";
const ingest = serveIngest();
let number = 0;

async function organization() {
  const email = `olga${++number}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  await entitlementOf(organizationId, Date.now());
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "Chrome");
  return { ...made, organizationId };
}
type Organization = Awaited<ReturnType<typeof organization>>;

beforeEach(() => {
  browser.headers = new Headers({ host: "localhost:3000" });
});

async function pageOf({ projectId }: Organization): Promise<string> {
  await flushReceived();
  forgetPlans();
  const given = { params: Promise.resolve({ project: projectId }), searchParams: Promise.resolve({}) };
  return htmlOf(await PlanPage(given));
}

/** The table beside the chart: events by day. */
const daysIn = (html: string): number[] =>
  [...html.matchAll(/<th scope="row">[^<]*(?:<!--.*?-->[^<]*)*<\/th><td>(.*?)<\/td>/g)].map(([, cell = ""]) =>
    Number(seenIn(cell).replace(/ events|,/g, "")),
  );

const count = (value: number): string => value.toLocaleString("en");

test("usage is the number of stored events of all the organization's projects, on the day they arrived", async () => {
  const shop = await organization();
  const second = await createProject(shop.memberId, { name: "Second" });
  expect(seenIn(await pageOf(shop))).toContain(`So far 0 of ${count(TRIAL_EVENTS_PER_MONTH)}`);
  const id = crypto.randomUUID();
  const event = (more: object = {}) => ({ type: "track", payload: { name: "bought", profileId: "ada" }, ...more });
  const track = (keys: typeof shop.write, body: object) => send(`${ingest.url()}/api/track`, body, asServer(keys));
  for (const length of [500, 500, 234]) await track(shop.write, { batch: Array.from({ length }, () => event()) });
  for (let again = 0; again < 2; again++) await track(shop.write, event({ id }));
  await track(shop.write, { type: "identify", payload: { profileId: "ada", email: "ada@example.com" } });
  await track(second.write, event());
  const { rows } = await pool().query<{ stored: number }>(
    "SELECT count(*)::int AS stored FROM events WHERE project_id = ANY ($1) AND kind = 'event'",
    [[shop.projectId, second.projectId]],
  );
  expect(rows).toEqual([{ stored: 1_236 }]);
  const html = await pageOf(shop);
  expect(seenIn(html)).toContain(`So far 1,236 of ${count(TRIAL_EVENTS_PER_MONTH)}`);
  const days = daysIn(html);
  expect(days.at(-1)).toBe(1_236);
  expect(days).toHaveLength(new Date().getUTCDate());
  expect(days.reduce((sum, events) => sum + events, 0)).toBe(1_236);
});

const receive = ({ projectId }: Organization, events: number) =>
  prisma().receivedDay.create({ data: { projectId, day: new Date(new Date().toISOString().slice(0, 10)), events } });

test.each(PLANS)("an organization on plan $name sees its limit, and the usage above it", async (plan) => {
  const shop = await organization();
  await prisma().organizationPlan.update({
    where: { organizationId: shop.organizationId },
    data: { plan: plan.id, status: "active" },
  });
  await receive(shop, plan.eventsPerMonth);
  const within = seenIn(await pageOf(shop));
  expect(within).toContain(`So far ${count(plan.eventsPerMonth)} of ${count(plan.eventsPerMonth)}`);
  expect(within).not.toContain("above the plan");
  expect(within).toContain(`${plan.name} Current`);
  await prisma().receivedDay.updateMany({
    where: { projectId: shop.projectId },
    data: { events: plan.eventsPerMonth + 1 },
  });
  const above = seenIn(await pageOf(shop));
  expect(above).toContain(`So far ${count(plan.eventsPerMonth + 1)} of ${count(plan.eventsPerMonth)} above the plan`);
});

test("an agreement that the operator made by hand has no limit", async () => {
  const shop = await organization();
  await prisma().organizationPlan.update({
    where: { organizationId: shop.organizationId },
    data: { plan: "of our own", status: "active" },
  });
  await receive(shop, 123_456_789);
  const seen = seenIn(await pageOf(shop));
  expect(seen).toContain("Your own agreement Active.");
  expect(seen).toMatch(/So far 123,456,789 (?!of)/);
});

test("without keys for Stripe, plans and prices are shown, the operator is named, and nobody is led to pay", async () => {
  const shop = await organization();
  const html = await pageOf(shop);
  const seen = seenIn(html);
  for (const { name, eventsPerMonth, eurosPerMonth } of PLANS)
    expect(seen).toContain(`${name} up to ${count(eventsPerMonth)} events a month €${eurosPerMonth} a month`);
  expect(seen).toContain("Payments are not set up on this instance: ask its operator for a plan.");
  expect(seen).not.toMatch(/Stripe|card details/);
  expect(html).not.toMatch(/<(?:form|button)/);
  const form = new FormData();
  for (const [name, value] of Object.entries({ projectId: shop.projectId, plan: "small" })) form.set(name, value);
  for (const action of [choosePlan, managePlan])
    expect(await action(IDLE, form)).toMatchObject({ message: "Payments are not set up on this instance." });
});

test("the demo's events count like events that were sent, once; an example's are free", async () => {
  const password = "correct horse battery";
  const load = () => makeDemo({ password, fresh: false, size: { people: 3, visitors: 6 } });
  const { projectId, operations } = await load();
  const { organizationId } = await prisma().project.findUniqueOrThrow({ where: { id: projectId } });
  const used = async () => {
    await flushReceived();
    forgetPlans();
    return (await entitlementOf(organizationId, Date.now()))?.usage.used;
  };
  const events = operations.filter(({ kind }) => kind === "event").length;
  expect(events).toBeGreaterThan(0);
  expect(events).toBeLessThan(operations.length);
  expect(await used()).toBe(events);
  await load();
  const { memberId } = await prisma().membership.findFirstOrThrow({ where: { organizationId } });
  const scopeIn = async (_: unknown, id: string) => grantScope(id, "system:test");
  await openExample(grantTeam(organizationId, memberId, "owner"), scopeIn, new Date());
  expect(await used()).toBe(events);
});
