import { beforeEach, expect, test } from "vitest";
import { invite, joinByInvitation } from "@/lib/auth/invitations.store";
import { signUp, verifyCredentials } from "@/lib/auth/members.store";
import { tokenOf } from "@/lib/auth/one-time-links";
import { startSession } from "@/lib/auth/session";
import { prisma } from "@/lib/db/prisma";
import { PATH_HEADER } from "@/lib/http/requested-path";
import { entitlementOf, forgetPlans } from "@/lib/plans/entitlements.store";
import { READING_GRACE_DAYS, TRIAL_DAYS, TRIAL_EVENTS_PER_MONTH } from "@/lib/plans/plans";
import { moveProject } from "@/lib/projects/move.store";
import { createProject } from "@/lib/projects/projects.store";
import { countReceived, flushReceived } from "@/lib/projects/received.store";
import { grantTeam } from "@/lib/scope";
import { asServer, send, serveIngest } from "../ingest/support";
import { browser } from "../support/browser";

/** The hosted edition: trial, usage, what is closed, and who sees it. */
process.env.EDITION = "hosted";

const PASSWORD = "correct horse battery";
const DAY = 24 * 60 * 60_000;
const ingest = serveIngest();
let number = 0;

async function organization() {
  const email = `olga${++number}@example.com`;
  const made = await signUp({ email, password: PASSWORD, name: "Olga", projectName: "Shop" });
  const { organizationId } = await prisma().membership.findFirstOrThrow({ where: { memberId: made.memberId } });
  return { ...made, email, organizationId };
}
type Organization = Awaited<ReturnType<typeof organization>>;

const trialEnds = (organizationId: string, at: number) =>
  prisma().organizationPlan.update({ where: { organizationId }, data: { trialEndsAt: new Date(at) } });
const ofNow = async ({ organizationId }: Organization) => {
  forgetPlans();
  return entitlementOf(organizationId, Date.now());
};

async function logInAs(email: string): Promise<void> {
  browser.cookies.clear();
  const member = await verifyCredentials(email, PASSWORD);
  if (member) await startSession(member, "x");
}

/** "open", or where the visitor is sent. */
async function pageAt(file: string, path: string, projectId: string): Promise<string> {
  browser.headers.set(PATH_HEADER, `/${projectId}${path}`);
  forgetPlans();
  const { default: page } = await import(
    /* @vite-ignore */ `${new URL("../..", import.meta.url).pathname}app/(app)/[project]/${file}`
  );
  try {
    await page({ params: Promise.resolve({ project: projectId }), searchParams: Promise.resolve({}), children: null });
    return "open";
  } catch (error) {
    const digest = String((error as { digest?: unknown }).digest ?? error);
    return digest.startsWith("NEXT_HTTP_ERROR_FALLBACK;404") ? "missing" : (digest.split(";")[2] ?? digest);
  }
}

beforeEach(() => {
  browser.headers.delete(PATH_HEADER);
});

test("a trial begins when the organization is first opened, once, and lasts its days", async () => {
  const shop = await organization();
  const began = Date.now();
  const [first, second] = await Promise.all([
    entitlementOf(shop.organizationId, began),
    entitlementOf(shop.organizationId, began + DAY),
  ]);
  const again = await entitlementOf(shop.organizationId, began + 5 * DAY);
  const ends = [first, second, again].map((one) => one?.state.kind === "trial" && one.state.endsAt);
  expect(new Set(ends).size).toBe(1);
  expect([began + TRIAL_DAYS * DAY, began + (TRIAL_DAYS + 1) * DAY]).toContain(ends[0]);
  expect(first?.limit).toBe(TRIAL_EVENTS_PER_MONTH);
});

test("each stored event counts once, over all projects of the organization; repeats, identify calls and others' events do not", async () => {
  const [shop, other] = [await organization(), await organization()];
  const second = await createProject(shop.memberId, { name: "Second" });
  const track = (keys: typeof shop.write, body: object) => send(`${ingest.url()}/api/track`, body, asServer(keys));
  const id = crypto.randomUUID();
  const event = (name: string, more: object = {}) => ({ type: "track", payload: { name, profileId: "ada" }, ...more });
  await track(shop.write, event("a", { id }));
  await track(shop.write, event("a", { id }));
  await track(shop.write, { type: "identify", payload: { profileId: "ada", email: "ada@example.com" } });
  await track(second.write, event("b"));
  await track(second.write, event("c"));
  await track(other.write, event("d"));
  await flushReceived();
  expect((await ofNow(shop))?.usage.used).toBe(3);
  expect((await ofNow(shop))?.usage.days.at(-1)).toBe(3);
  expect((await ofNow(other))?.usage.used).toBe(1);
});

test("a moved project counts where it was until then, and where it is from then on, however often it moves", async () => {
  const [old, other, third] = [await organization(), await organization(), await organization()];
  const { memberId } = old;
  for (const { organizationId } of [other, third])
    await prisma().membership.create({ data: { organizationId, memberId, role: "owner" } });
  const day = new Date(new Date().toISOString().slice(0, 10));
  const arrive = async (events: number) => {
    countReceived(old.projectId, events, Date.now());
    await flushReceived();
  };
  const move = (from: Organization, to: Organization) =>
    moveProject(
      grantTeam(from.organizationId, memberId, "owner"),
      grantTeam(to.organizationId, memberId, "owner"),
      { projectId: old.projectId, typed: "Shop" },
      new Date(),
    );
  const used = async () => [
    (await ofNow(old))?.usage.used,
    (await ofNow(other))?.usage.used,
    (await ofNow(third))?.usage.used,
  ];
  const lastMonth = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 0));
  await prisma().receivedDay.create({ data: { projectId: old.projectId, day: lastMonth, events: 1_000 } });
  await arrive(5);
  await move(old, other);
  expect(await used()).toEqual([5, 0, 0]);
  await arrive(7);
  expect(await used()).toEqual([5, 7, 0]);
  await move(other, third);
  await arrive(11);
  expect(await used()).toEqual([5, 7, 11]);
  await move(third, old);
  await arrive(13);
  expect(await used()).toEqual([18, 7, 11]);
  expect((await ofNow(other))?.usage.days.at(-1)).toBe(7);
});

test("above the limit events are still stored and counted, and screens stay open", async () => {
  const shop = await organization();
  await ofNow(shop);
  const day = new Date(new Date().toISOString().slice(0, 10));
  await prisma().receivedDay.create({ data: { projectId: shop.projectId, day, events: TRIAL_EVENTS_PER_MONTH } });
  expect((await ofNow(shop))?.isOver).toBe(false);
  const answer = await send(
    `${ingest.url()}/api/track`,
    { type: "track", payload: { name: "one more", profileId: "ada" } },
    asServer(shop.write),
  );
  expect(answer.status).toBe(200);
  await flushReceived();
  expect(await ofNow(shop)).toMatchObject({ isOver: true, usage: { used: TRIAL_EVENTS_PER_MONTH + 1 } });
  await logInAs(shop.email);
  expect(await pageAt("overview/page.tsx", "/overview", shop.projectId)).toBe("open");
});

test("after the trial and its grace period screens are closed; settings, erasing, exporting and ingest are not", async () => {
  const shop = await organization();
  await logInAs(shop.email);
  const screens = ["overview", "events", "sessions"];
  const open = (name: string) => pageAt(`${name}/page.tsx`, `/${name}`, shop.projectId);
  for (const name of screens) expect(await open(name)).toBe("open");
  await trialEnds(shop.organizationId, Date.now() - READING_GRACE_DAYS * DAY + 60_000);
  for (const name of screens) expect(await open(name)).toBe("open");
  await trialEnds(shop.organizationId, Date.now() - READING_GRACE_DAYS * DAY);
  for (const name of screens) expect(await open(name)).toBe(`/${shop.projectId}/paused`);
  for (const name of ["paused", "settings", "settings/plan", "settings/delete", "setup", "erasures"])
    expect(await open(name), name).toBe("open");
  const { GET: search } = await import("@/app/api/projects/[project]/search/route");
  const { GET: suggest } = await import("@/app/api/projects/[project]/suggest/route");
  const ask = (route: typeof search, what: string) => {
    const path = `/api/projects/${shop.projectId}/${what}`;
    browser.headers.set(PATH_HEADER, path);
    return route(new Request(`http://x${path}?q=a`), { params: Promise.resolve({ project: shop.projectId }) });
  };
  expect((await ask(search, "search")).status).toBe(200);
  expect((await ask(suggest, "suggest")).status).toBe(403);
  const stored = await send(
    `${ingest.url()}/api/track`,
    { type: "track", payload: { name: "still", profileId: "ada" } },
    asServer(shop.write),
  );
  expect(stored.status).toBe(200);
});

test("only owners see the plan", async () => {
  const shop = await organization();
  const team = grantTeam(shop.organizationId, shop.memberId, "owner");
  const id = await invite(team, "Olga", { email: "", role: "admin" }, false, new Date());
  const email = `admin${number}@example.com`;
  await joinByInvitation(tokenOf("invitation", id), { email, name: "Adam", password: PASSWORD }, false, new Date());
  const open = () => pageAt("settings/plan/page.tsx", "/settings/plan", shop.projectId);
  await logInAs(email);
  expect(await open()).toBe("missing");
  await logInAs(shop.email);
  expect(await open()).toBe("open");
});
