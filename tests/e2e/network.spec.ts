import type { Page, Route } from "@playwright/test";
import { scriptSnippet } from "@/lib/format/snippet";
import { expect, type Project, test } from "./fixtures";

// The browser logs each failed request; a page cannot prevent that.
test.use({ tolerated: /Failed to load resource|blocked by CORS policy/ });

const track = (page: Page, name: string) =>
  page.evaluate((event) => (window as unknown as { op(call: string, name: string): void }).op("track", event), name);

/** Names of all events of the one visitor, oldest first; [] before the first. */
async function stored(project: Project): Promise<string[]> {
  const [person] = await project.profiles();
  return person ? (await project.events(person.ref)).map(({ name }) => name) : [];
}

/** What happens to successive requests on a bad network. */
const FAULTS: ((route: Route) => Promise<unknown>)[] = [
  (route) => route.abort("connectionreset"),
  (route) => route.fulfill({ status: 503, headers: { "retry-after": "1", "access-control-allow-origin": "*" } }),
  // The server stores it, but its answer is lost.
  (route) => route.fetch().then(() => route.abort("connectionclosed")),
  // A proxy duplicates it.
  (route) => route.fetch().then(() => route.continue()),
  (route) => new Promise((resolve) => setTimeout(resolve, 1000)).then(() => route.continue()),
  (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<h1>Welcome to Hotel Wi-Fi</h1>" }),
];

test("on a network that resets, refuses, loses answers, repeats and delays, every event is stored once", async ({
  project,
  site,
  visitor: { context, page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  let requests = 0;
  await context.route("**/api/track", (route) => {
    const fault = FAULTS[requests++];
    return fault ? fault(route) : route.continue();
  });
  await page.goto(site.origin);
  const names = ["screen_view"];
  while (requests <= FAULTS.length || names.length < 20) {
    names.push(`event ${names.length}`);
    await track(page, names.at(-1) as string);
    await page.waitForTimeout(200);
  }
  await expect.poll(() => stored(project), { timeout: 30_000 }).toEqual(names);
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(".e."))))
    .toEqual([]);
});

test("events from several offline pages and a closed tab arrive with the next visit", async ({
  project,
  site,
  visitor: { context, page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  await page.goto(site.origin);
  await expect.poll(() => stored(project)).toEqual(["screen_view"]);
  const isOffline = (on: boolean) =>
    on
      ? context.route("**/api/track", (route) => route.abort("internetdisconnected"))
      : context.unroute("**/api/track");
  await isOffline(true);
  await track(page, "offline");
  await page.getByRole("link", { name: "Pricing" }).click();
  await page.waitForURL("**/pricing");
  await track(page, "still offline");
  await page.close();
  await isOffline(false);
  const next = await context.newPage();
  await next.goto(`${site.origin}/login`);
  await expect
    .poll(() => stored(project))
    .toEqual(["screen_view", "offline", "screen_view", "still offline", "screen_view"]);
});

test("with an overtaken request and a tab closed while sending, every event is stored once and in order", async ({
  project,
  site,
  visitor: { context, page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  const held: Route[] = [];
  await context.route("**/api/track", async (route) => {
    if (held.length === 0) held.push(route);
    else await route.continue();
  });
  await page.goto(site.origin);
  await expect.poll(() => held.length).toBe(1);
  await track(page, "overtakes");
  // The user switches tabs: whatever is not in flight is sent now.
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  await expect.poll(() => stored(project)).toEqual(["overtakes"]);
  await page.close();
  const next = await context.newPage();
  await next.goto(`${site.origin}/login`);
  await expect.poll(() => stored(project)).toEqual(["screen_view", "overtakes", "screen_view"]);
});

test("the last event before somebody leaves for good arrives", async ({ project, site, visitor: { page } }) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  await page.goto(site.origin);
  await expect.poll(() => stored(project)).toEqual(["screen_view"]);
  await track(page, "goodbye");
  await page.goto("about:blank");
  await expect.poll(() => stored(project)).toEqual(["screen_view", "goodbye"]);
});

test("times are right within a second on a device whose clock is an hour off", async ({
  project,
  site,
  visitor: { context, page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  await context.addInitScript(() => {
    const RealDate = Date;
    const now = () => RealDate.now() + 3_600_000;
    window.Date = new Proxy(RealDate, {
      construct: (_, given) => Reflect.construct(RealDate, given.length ? given : [now()]),
      get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
    });
  });
  const before = Date.now();
  await page.goto(site.origin);
  await track(page, "now");
  const after = Date.now();
  await expect.poll(async () => (await stored(project)).sort()).toEqual(["now", "screen_view"]);
  const [person] = await project.profiles();
  expect(Date.parse(person?.firstSeen ?? "")).toBeGreaterThan(before - 1000);
  expect(Date.parse(person?.lastSeen ?? "")).toBeLessThan(after + 1000);
});
