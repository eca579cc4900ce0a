import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { POST } from "@/app/api/stripe/webhook/route";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { startSession } from "@/lib/auth/session";
import { prisma } from "@/lib/db/prisma";
import { IDLE } from "@/lib/http/form";
import { entitlementOf, forgetPlans } from "@/lib/plans/entitlements.store";
import { requirePayments } from "@/lib/plans/payments";
import { PLANS } from "@/lib/plans/plans";
import { ensureCustomer } from "@/lib/plans/subscriptions";
import { browser } from "../support/browser";
import {
  invoiceOf,
  openStripe,
  priceOf,
  sessionOf,
  signedEvent,
  subscriptionOf,
  WEBHOOK_SECRET,
} from "../support/stripe";

/** Payments against a local server that answers like Stripe. */

const stripe = await openStripe();
Object.assign(process.env, {
  EDITION: "hosted",
  APP_URL: "https://analytics.example.com",
  STRIPE_SECRET_KEY: "sk_test_x",
  STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
  STRIPE_API_URL: stripe.url,
});
afterAll(() => stripe.close());

const PASSWORD = "correct horse battery";
const DAY = 86_400_000;
const ORIGIN = "https://analytics.example.com";
const small = priceOf("small", 1_900);
const medium = priceOf("medium", 7_900);
let number = 0;

beforeEach(() => {
  stripe.state.prices = [small, medium];
  stripe.state.subscriptions = [];
  stripe.state.before = async () => 200;
  stripe.requests.length = 0;
  vi.spyOn(console, "error").mockImplementation(() => {});
});

async function organization() {
  const email = `olga${++number}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId: id } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  await entitlementOf(id, Date.now());
  return { ...made, email, id };
}
/** With a customer at Stripe. */
async function customer() {
  const made = await organization();
  return { ...made, customerId: await ensureCustomer(requirePayments(), { id: made.id, name: "Shop" }) };
}

const planStateOf = async (id: string) => {
  forgetPlans();
  return (await entitlementOf(id, Date.now()))?.state;
};

const deliver = ({ body, signature }: { body: string; signature: string }) =>
  POST(new Request("http://x", { method: "POST", headers: { "stripe-signature": signature }, body }));
const reads = () => stripe.requests.filter(({ path }) => path === "/v1/subscriptions").length;

type Action = (state: typeof IDLE, form: FormData) => Promise<unknown>;
/** Where the action sends the browser, or what it says. */
async function act(action: unknown, email: string, fields: Record<string, string>): Promise<string> {
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "x");
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  try {
    return ((await (action as Action)(IDLE, form)) as { message: string }).message;
  } catch (error) {
    return String((error as { digest?: string }).digest ?? error).split(";")[2] ?? String(error);
  }
}
const { choosePlan, managePlan } = await import("@/app/(app)/[project]/settings/plan/actions");

test("an owner is sent to the checkout of the plan, at the table's price, and is not charged before the trial ends", async () => {
  const shop = await organization();
  const url = await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "medium" });
  expect(url).toMatch(/^https:\/\/checkout\.stripe\.com\//);
  const form = stripe.requests.find(({ path }) => path === "/v1/checkout/sessions")?.form;
  const trial = await planStateOf(shop.id);
  expect(Object.fromEntries(form ?? [])).toEqual({
    mode: "subscription",
    customer: expect.stringMatching(/^cus_/),
    "line_items[0][price]": medium.id,
    "line_items[0][quantity]": "1",
    "subscription_data[trial_end]": String(Math.floor((trial?.kind === "trial" ? trial.endsAt : 0) / 1_000)),
    success_url: `${ORIGIN}/${shop.projectId}/settings/plan?paid=1`,
    cancel_url: `${ORIGIN}/${shop.projectId}/settings/plan`,
  });
  await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "small" });
  expect(stripe.requests.filter(({ path }) => path === "/v1/customers")).toHaveLength(1);
});

test("Stripe gets the organization's name and id, and nothing about its people", async () => {
  const shop = await organization();
  await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "small" });
  const sent = stripe.requests.map(({ form }) => form.toString()).join("&");
  expect(sent).not.toContain("olga");
  expect(decodeURIComponent(sent)).toContain(`metadata[organization_id]=${shop.id}`);
});

test("near the end of a trial the checkout charges at once, as Stripe takes no trial of hours", async () => {
  const shop = await organization();
  await prisma().organizationPlan.update({
    where: { organizationId: shop.id },
    data: { trialEndsAt: new Date(Date.now() + DAY) },
  });
  forgetPlans();
  await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "small" });
  expect(
    stripe.requests.find(({ path }) => path === "/v1/checkout/sessions")?.form.has("subscription_data[trial_end]"),
  ).toBe(false);
});

test.each([
  ["another amount", { unit_amount: 1_901 }],
  ["another currency", { currency: "usd" }],
  ["another interval", { recurring: { ...(small.recurring as object), interval: "year" } }],
  ["a price for two months", { recurring: { ...(small.recurring as object), interval_count: 2 } }],
  ["no price", { lookup_key: null }],
])("a plan with %s at Stripe is not sold", async (_what, over) => {
  stripe.state.prices = [{ ...small, ...over }];
  const shop = await organization();
  expect(await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "small" })).toMatch(/cannot be bought/);
  expect(stripe.requests.some(({ path }) => path === "/v1/checkout/sessions")).toBe(false);
});

test("an owner with a subscription is sent to the portal instead of a second checkout", async () => {
  const shop = await customer();
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", small)];
  const url = await act(choosePlan, shop.email, { projectId: shop.projectId, plan: "medium" });
  expect(url).toMatch(/^https:\/\/.*stripe\.me\/session/);
  expect(await act(managePlan, shop.email, { projectId: shop.projectId })).toBe(url);
  expect(stripe.requests.some(({ path }) => path === "/v1/checkout/sessions")).toBe(false);
});

test("two owners who choose at the same time get one customer", async () => {
  const shop = await organization();
  const [one, two] = await Promise.all([1, 2].map(() => ensureCustomer(requirePayments(), { id: shop.id, name: "S" })));
  expect(one).toBe(two);
});

test("a signed webhook makes the plan active; a repeated one reads nothing again", async () => {
  const shop = await customer();
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", small)];
  const event = signedEvent("customer.subscription.created", stripe.state.subscriptions[0] as object as never);
  expect((await deliver(event)).status).toBe(200);
  expect(await planStateOf(shop.id)).toMatchObject({ kind: "active", plan: { id: "small" }, cancelsAt: null });
  const before = reads();
  expect((await deliver(event)).status).toBe(200);
  expect(reads()).toBe(before);
});

test.each([
  ["another secret", { secret: "whsec_other" }, (body: string) => body],
  ["a changed body", {}, (body: string) => body.replace('"active"', '"canceled"')],
  ["a reformatted body", {}, (body: string) => JSON.stringify(JSON.parse(body))],
  ["a signature from ten minutes ago", { at: Date.now() - 600_000 }, (body: string) => body],
  ["an empty body", {}, () => ""],
])("a webhook with %s is refused and changes nothing", async (_what, options, changed) => {
  const shop = await customer();
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", small)];
  const event = signedEvent("customer.subscription.created", stripe.state.subscriptions[0] as never, options);
  expect((await deliver({ ...event, body: changed(event.body) })).status).toBe(400);
  expect((await planStateOf(shop.id))?.kind).toBe("trial");
  expect(reads()).toBe(0);
});

test("an unsigned webhook is refused", async () => {
  expect((await POST(new Request("http://x", { method: "POST", body: "{}" }))).status).toBe(400);
});

test("an old event that comes last changes nothing: what counts is what Stripe says now", async () => {
  const shop = await customer();
  const past = subscriptionOf(shop.customerId, "past_due", small);
  stripe.state.subscriptions = [{ ...past, status: "active" }];
  await deliver(signedEvent("invoice.paid", invoiceOf(shop.customerId)));
  await deliver(signedEvent("customer.subscription.updated", past));
  expect(await planStateOf(shop.id)).toMatchObject({ kind: "active" });
});

test("of two concurrent reads, the one that began later wins, whichever ends first", async () => {
  const shop = await customer();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let first = true;
  let arrived = () => {};
  const isWaiting = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  stripe.state.before = async ({ path }) => {
    if (path === "/v1/subscriptions" && first) {
      first = false;
      arrived();
      await held;
    }
    return 200;
  };
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "past_due", small)];
  const slow = deliver(signedEvent("invoice.payment_failed", invoiceOf(shop.customerId)));
  await isWaiting;
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", small)];
  await deliver(signedEvent("invoice.paid", invoiceOf(shop.customerId)));
  release();
  expect((await slow).status).toBe(200);
  expect(await planStateOf(shop.id)).toMatchObject({ kind: "active" });
});

test("a webhook that cannot be handled is answered with an error, and works when it is sent again", async () => {
  const shop = await customer();
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", medium)];
  const event = signedEvent("checkout.session.completed", sessionOf(shop.customerId));
  stripe.state.before = async () => 500;
  expect((await deliver(event)).status).toBe(503);
  expect((await planStateOf(shop.id))?.kind).toBe("trial");
  stripe.state.before = async () => 200;
  expect((await deliver(event)).status).toBe(200);
  expect(await planStateOf(shop.id)).toMatchObject({ kind: "active", plan: { id: "medium" } });
});

test("events about strangers and about other things are acknowledged without a read", async () => {
  const shop = await customer();
  expect((await deliver(signedEvent("invoice.paid", invoiceOf("cus_stranger")))).status).toBe(200);
  expect((await deliver(signedEvent("customer.updated", { id: shop.customerId }))).status).toBe(200);
  expect(reads()).toBe(0);
});

test("failed payment, payment, cancellation and end, one after the other", async () => {
  const shop = await customer();
  await prisma().organizationPlan.update({
    where: { organizationId: shop.id },
    data: { trialEndsAt: new Date(Date.now() - 100 * DAY) },
  });
  const tell = async (subscription: Record<string, unknown>) => {
    stripe.state.subscriptions = [subscription];
    await deliver(signedEvent("customer.subscription.updated", subscription));
    return planStateOf(shop.id);
  };
  const subscription = subscriptionOf(shop.customerId, "past_due", small);
  const failed = await tell(subscription);
  expect(failed).toMatchObject({ kind: "past_due", plan: { id: "small" } });
  // The grace period begins with the first failure, not with each retry.
  expect(await tell({ ...subscription, status: "unpaid" })).toEqual(failed);
  expect((await tell({ ...subscription, status: "active" }))?.kind).toBe("active");
  const later = await tell({ ...subscription, status: "past_due" });
  expect(later).not.toEqual(failed);
  const endsAt = Math.floor(Date.now() / 1_000) + 86_400;
  expect(await tell({ ...subscription, status: "active", cancel_at: endsAt })).toMatchObject({
    kind: "active",
    cancelsAt: endsAt * 1_000,
  });
  const endedAt = Math.floor(Date.now() / 1_000) - 60;
  expect(await tell({ ...subscription, status: "canceled", ended_at: endedAt })).toMatchObject({
    kind: "ended",
    since: endedAt * 1_000,
  });
});

test("a paid subscription counts before an ended or unfinished one, and a price without its key keeps its plan", async () => {
  const shop = await customer();
  const old = { ...small, lookup_key: null };
  stripe.state.subscriptions = [
    subscriptionOf(shop.customerId, "incomplete_expired", medium, { created: Date.now() + 2_000 }),
    subscriptionOf(shop.customerId, "canceled", medium, { ended_at: 1, created: Date.now() + 1_000 }),
    subscriptionOf(shop.customerId, "active", old),
  ];
  await deliver(signedEvent("invoice.paid", invoiceOf(shop.customerId)));
  expect(await planStateOf(shop.id)).toMatchObject({ kind: "active", plan: { id: "small" } });
});

test("an organization that is still charged cannot be deleted; after cancelling it can", async () => {
  const { deleteOrganizationAction } = await import("@/app/(app)/[project]/settings/delete/actions");
  const shop = await customer();
  const { name } = await prisma().organization.findUniqueOrThrow({ where: { id: shop.id } });
  const remove = async (status: "active" | "canceled") => {
    stripe.state.subscriptions = [subscriptionOf(shop.customerId, status, small)];
    await deliver(signedEvent("invoice.paid", invoiceOf(shop.customerId)));
    forgetPlans();
    return act(deleteOrganizationAction, shop.email, { projectId: shop.projectId, name });
  };
  expect(await remove("active")).toMatch(/^Cancel the subscription first/);
  expect(await remove("canceled")).toBe("/account#deleted");
});

test("set-up-payments creates what is missing or has another price, and nothing twice", async () => {
  stripe.state.prices = [priceOf("small", 1)];
  const first = await requirePayments().setUp();
  expect(first.every((line) => line.endsWith("created"))).toBe(true);
  expect(await requirePayments().setUp()).toEqual(
    PLANS.map(({ name, eurosPerMonth }) => `${name}: €${eurosPerMonth} a month: exists`),
  );
});

test("of what Stripe sends, only the customer's id and the state are stored", async () => {
  const shop = await customer();
  stripe.state.subscriptions = [subscriptionOf(shop.customerId, "active", small)];
  await deliver(signedEvent("checkout.session.completed", sessionOf(shop.customerId)));
  const { rows } = await (await import("@/lib/db/pool")).pool().query<{ text: string }>(
    `SELECT o::text || (SELECT coalesce(string_agg(e::text, ''), '') FROM payment_events e) AS text
       FROM organization_plans o WHERE organization_id = $1`,
    [shop.id],
  );
  expect(rows[0]?.text).toContain(shop.customerId);
  for (const secret of ["example@example.com", "sk_test_x", WEBHOOK_SECRET, "cs_test"])
    expect(rows[0]?.text).not.toContain(secret);
});
