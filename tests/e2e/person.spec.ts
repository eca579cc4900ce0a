import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import { expectAccessible, expectFitsPhone } from "./accessibility";
import { openAsOperator, reloadUntil, sendFromServer } from "./dashboard";
import { expect, OPERATOR, type Project, test } from "./fixtures";

/**
 * What support, sales and product do on a person's page. The person is Kim, whose events a server sends: she came from
 * a blog 40 days ago, signed up two days later, and has come back since.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

type Message = {
  type: string;
  payload: object;
  timestamp: string;
  anonymousId?: string;
  sessionId?: string;
  id?: string;
};

const send = (project: Project, batch: Message[]) => sendFromServer(project, { batch });

/** One visit: a page view a minute from `start` (ms), and an event after each. */
function visit(
  start: number,
  who: { user?: string; device?: string },
  steps: [path: string, event: string][],
): Message[] {
  const sessionId = randomUUID();
  const common = { sessionId, ...(who.device && { anonymousId: who.device }) };
  const profile = who.user === undefined ? {} : { profileId: who.user };
  return steps.flatMap(([path, name], index) => [
    {
      ...common,
      type: "track",
      timestamp: new Date(start + index * MINUTE_MS).toISOString(),
      payload: {
        name: "screen_view",
        ...profile,
        properties: {
          __path: `https://shop.example${path}`,
          __title: `Page ${path}`,
          ...(index === 0 && { __referrer: "https://blog.example/post" }),
        },
      },
    },
    {
      ...common,
      type: "track",
      timestamp: new Date(start + index * MINUTE_MS + 20_000).toISOString(),
      payload: { name, ...profile, properties: { step: index } },
    },
  ]);
}

const DEVICE = "0b0e7c1e-9d3c-4c55-8a6e-5a1f5a1f5a1f";

/** Kim: anonymous 40 days ago, identified 38 days ago, back 10 days and 2 hours ago. */
async function kim(project: Project, now: number): Promise<void> {
  const at = (daysAgo: number) => now - daysAgo * DAY_MS;
  await send(project, [
    ...visit(at(40), { device: DEVICE }, [["/pricing", "plan_looked_at"]]),
    {
      type: "identify",
      timestamp: new Date(at(38)).toISOString(),
      anonymousId: DEVICE,
      payload: {
        profileId: "kim",
        firstName: "Kim",
        lastName: "Okafor",
        email: "kim@customer.example",
        properties: { plan: "free" },
      },
    },
    ...visit(at(38) + MINUTE_MS, { user: "kim", device: DEVICE }, [
      ["/app", "report_created"],
      ["/app/reports", "report_exported"],
    ]),
    ...visit(
      at(10),
      { user: "kim", device: DEVICE },
      Array.from({ length: 45 }, (_, i): [string, string] => [`/app/${i}`, "report_created"]),
    ),
    {
      type: "set",
      timestamp: new Date(at(10)).toISOString(),
      payload: { profileId: "kim", properties: { plan: "pro" } },
    },
    ...visit(now - 2 * 60 * MINUTE_MS, { user: "kim", device: DEVICE }, [
      ["/app", "report_created"],
      ["/app/checkout", "payment_failed"],
    ]),
  ]);
}

/** A fresh browser, like a colleague's. */
async function coldLogin(browser: Browser, url: string, who = OPERATOR): Promise<Page> {
  const page = await (await browser.newContext({ timezoneId: "Europe/Berlin" })).newPage();
  await page.goto(url, { waitUntil: "networkidle" }); // input typed before hydration is lost
  await page.getByLabel("E-mail").fill(who.email);
  await page.getByLabel("Password").fill(who.password);
  await page.getByRole("button", { name: "Log in" }).click();
  return page;
}

const timeline = (page: Page) => page.getByRole("region", { name: "Timeline" });
const rows = (page: Page) => timeline(page).locator("[data-event]");

test("support reads the last session and sends a colleague the link to the event where it broke", async ({
  project,
  browser,
}) => {
  await kim(project, Date.now());
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users/u%3Akim`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);

  await expect(page.getByRole("heading", { name: "Kim Okafor", level: 1 })).toBeVisible();
  await reloadUntil(page, page.getByText(/came from blog\.example to \/pricing, signed up 2 days later/));
  await expect(rows(page).first()).toHaveText(/Payment failed/);
  await timeline(page)
    .getByRole("link", { name: /Step by step/ })
    .first()
    .click();

  await expect(page.getByRole("heading", { level: 1 })).toContainText("Kim Okafor");
  const steps = page.getByRole("region", { name: "Steps" }).getByRole("listitem");
  await expect(steps).toHaveText([
    /Page \/app.*1 min there/,
    /Report created/,
    /Page \/app\/checkout.*last page/,
    /Payment failed/,
  ]);
  await steps.last().getByRole("button").click();
  await expect(page.getByRole("dialog")).toContainText("payment_failed");
  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject({
    name: "payment_failed",
    properties: { step: 1 },
  });

  const colleague = await coldLogin(browser, link);
  await expect(colleague.getByRole("dialog", { name: "Payment failed" })).toBeVisible();
  await expect(colleague.getByRole("dialog")).toContainText("Sent with this user's id.");
  await colleague.keyboard.press("k"); // the event above: nothing is newer
  await expect(colleague.getByRole("dialog", { name: "Payment failed" })).toBeVisible();
  await colleague.keyboard.press("j");
  await expect(colleague.getByRole("dialog", { name: "Page /app/checkout" })).toBeVisible();
  await colleague.keyboard.press("Escape");
  await expect(rows(colleague).filter({ hasText: "Payment failed" })).toBeInViewport();
});

test("a link to an old event opens the timeline around it, which continues in both directions", async ({
  project,
  browser,
}) => {
  const now = Date.now();
  await kim(project, now);
  const { data } = (await project.read<{ data: { id: string; name: string; timestamp: string }[] }>(
    "/profiles/u%3Akim/events?order=asc&limit=1000",
  )) as { data: { id: string; name: string; timestamp: string }[] };
  const exported = data.find(({ name }) => name === "report_exported") as { id: string; timestamp: string };
  const key = `${Date.parse(exported.timestamp)}.${exported.id}`;
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users/u%3Akim?event=${key}`);

  await expect(page.getByRole("dialog", { name: "Report exported" })).toBeVisible();
  await page.keyboard.press("Escape");
  const target = rows(page).filter({ hasText: "Report exported" });
  await expect(target).toBeInViewport();
  await expect(rows(page).filter({ hasText: "before log-in" })).toHaveCount(2);
  await expect(page.getByText("This is the beginning of the timeline.")).toBeVisible();
  const before = await rows(page).count();
  const newer = page.getByRole("button", { name: "Load newer" });
  while (await newer.isVisible()) {
    const loaded = await rows(page).count();
    await newer.click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(loaded);
  }
  await expect(rows(page).first()).toHaveText(/Payment failed/);
  expect(await rows(page).count()).toBeGreaterThan(before);
  // 2 + identify + 4 + 90 + set + 4
  await expect(rows(page)).toHaveCount(102);
});

test("new events appear automatically, and never move the rows being read", async ({ project, browser }) => {
  await kim(project, Date.now());
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users/u%3Akim`);
  await expect(rows(page).first()).toHaveText(/Payment failed/);
  await expect(page.getByText("Online now")).toHaveCount(0);
  const track = (name: string, path?: string) =>
    send(project, [
      {
        type: "track",
        timestamp: new Date().toISOString(),
        payload: {
          name,
          profileId: "kim",
          properties: path ? { __path: `https://shop.example${path}` } : { live: true },
        },
      },
    ]);

  await track("screen_view", "/app/help");
  await expect(page.getByText("Online now on /app/help")).toBeVisible();
  await expect(rows(page).first()).toHaveText(/\/app\/help/);

  await expect(() => rows(page).nth(30).scrollIntoViewIfNeeded()).toPass(); // a row re-rendered meanwhile
  await page.evaluate(() => scrollBy(0, 200));
  const reading = rows(page).nth(30);
  const id = await reading.getAttribute("data-event");
  const place = () =>
    page.locator(`[data-event="${id}"]`).evaluate((row) => Math.round(row.getBoundingClientRect().top));
  const stood = await place();
  for (const name of ["help_searched", "help_read", "help_closed"]) await track(name);
  const pill = page.getByRole("button", { name: "3 new events" });
  await expect(pill).toBeVisible();
  expect(await place()).toBe(stood);
  await pill.click();
  await expect(rows(page).first()).toHaveText(/Help closed/);
  await expect(rows(page).first()).toBeInViewport();
  await expect(pill).toHaveCount(0);
});

test("product marks a conversion, filters by conversions, hides page views, searches and reverses the timeline", async ({
  project,
  browser,
}) => {
  await kim(project, Date.now());
  const href = `${project.origin}/${project.projectId}/users/u%3Akim`;
  const page = await openAsOperator(browser, href);
  await rows(page).filter({ hasText: "Payment failed" }).click();
  await page.getByText("How this event is shown").click();
  await page.getByRole("checkbox", { name: /is a conversion/ }).check();
  await page.getByRole("button", { name: "flag", exact: true }).click();
  await expect(page.getByRole("button", { name: "flag", exact: true })).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("Escape");
  await expect(rows(page).filter({ hasText: "Payment failed" })).toContainText("Conversion");

  await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("checkbox", { name: "Only conversions and revenue" }).check();
  await expect(rows(page)).toHaveCount(1);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Only conversions, remove" }).click();
  await expect(rows(page).nth(5)).toBeVisible();

  await page.getByRole("searchbox", { name: "Search this timeline" }).fill("exported");
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/q=exported/);
  await page.getByRole("searchbox", { name: "Search this timeline" }).fill("");
  await page.getByRole("button", { name: "Newest first" }).click();
  await expect(rows(page).first()).toHaveText(/Page \/pricing/);

  // The URL is the whole state: a colleague sees the same.
  await page.goto(`${href}?nopages=true&names=report_exported&order=asc`);
  await expect(rows(page)).toHaveCount(1);
});

test("a jump to a date shows that day first, and the keyboard continues from there", async ({ project, browser }) => {
  const now = Date.now();
  await kim(project, now);
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users/u%3Akim`);
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-US", { timeZone: "Europe/Berlin", year: "numeric", month: "2-digit", day: "2-digit" })
      .formatToParts(now - 38 * DAY_MS)
      .map(({ type, value }) => [type, value]),
  );
  await expect(rows(page).first()).toBeVisible();
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  await page.getByLabel("Jump to date").fill(day);
  await expect(page).toHaveURL(new RegExp(`on=${day}`));
  await expect(page.getByText(/Showing events around/)).toBeVisible();
  const section = page.locator(`section[aria-labelledby="day-${day}"]`);
  await expect(section).toBeVisible();
  /** At the top of the window, or as far up as the page goes. */
  const isAtTop = () =>
    section.evaluate((element) => {
      const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
      return Math.abs(element.getBoundingClientRect().top) < 60 || scrollTop + clientHeight >= scrollHeight - 2;
    });
  await expect.poll(isAtTop).toBe(true);
  await expect(section.getByRole("button").first()).toBeInViewport();
  await expect(section.locator("[data-event]").first()).toHaveText(/Report exported/);
  await expect(page.getByRole("button", { name: "Load newer" })).toBeVisible();

  await section.locator("[data-event]").first().focus();
  await page.keyboard.press("j");
  await expect(section.locator("[data-event]").nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("k"); // to the event above, in the panel
  await expect(page.getByRole("dialog", { name: "Report exported" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(section.locator("[data-event]").first()).toBeFocused(); // on whichever was read last
  await section.getByRole("button", { expanded: true }).first().click();
  await expect(section.locator("[data-event]")).toHaveCount(0);

  // The calendar leads to the same day.
  await page.goto(`${project.origin}/${project.projectId}/users/u%3Akim`);
  await page.getByRole("link", { name: /: 5 events$/ }).click();
  await expect(page).toHaveURL(new RegExp(`on=${day}`));
  await expect.poll(isAtTop).toBe(true);
  await expect(section.getByRole("button").first()).toBeFocused();
});

test("members pin properties, read their history, and leave notes that mention each other", async ({
  project,
  browser,
}) => {
  await kim(project, Date.now());
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users/u%3Akim/properties`);
  const plan = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: /^plan/ }) });
  await expect(plan).toContainText("pro");
  await plan.getByRole("button", { name: /plan, history/ }).click();
  await expect(page.getByRole("list", { name: "History of plan" }).getByRole("listitem")).toHaveText([/pro/, /free/]);
  await plan.getByRole("button", { name: "Pin plan" }).click();
  await expect(page.getByRole("complementary").locator("dt")).toHaveText(["plan"]);

  await page.getByRole("link", { name: "Notes" }).click();
  await page.getByRole("combobox").pressSequentially("Refund promised, @oper");
  await page.getByRole("option", { name: "operator" }).click();
  await page.getByRole("button", { name: "Add note" }).click();
  const notes = page.getByRole("list", { name: "Notes, newest first" }).getByRole("listitem");
  await expect(notes).toHaveCount(1);
  await expect(notes.locator("strong")).toHaveText("@operator");
  await page.goto(`${project.origin}/${project.projectId}/overview`);
  await page.getByRole("link", { name: "Kim Okafor" }).click();
  await notes.getByRole("button", { name: "Delete" }).click();
  await expect(notes).toHaveCount(0);
});

test("every number of the overview leads to a list of that length", async ({ project, browser }) => {
  await kim(project, Date.now());
  await send(project, visit(Date.now() - DAY_MS, { device: randomUUID() }, [["/pricing", "plan_looked_at"]]));
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/overview?days=90`);
  const figure = (name: RegExp) => page.getByRole("link", { name });
  await reloadUntil(page, figure(/^2 active people/));
  await expect(figure(/identified/)).toHaveText(/^50 %/);
  await figure(/active people/).click();
  await expect(page.getByRole("row")).toHaveCount(1 + 2);
  await page.goBack();
  await page
    .getByRole("list", { name: "Top events, most frequent first" })
    .getByRole("link", { name: "Plan looked at" })
    .click();
  await expect(page.getByRole("list", { name: "Events, newest first" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Export CSV" }).click();
  for (const column of ["Kind", "Page title", "Event id"])
    await page.getByRole("button", { name: `Remove ${column}` }).click();
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download these events" }).click();
  const lines = readFileSync(await (await downloading).path(), "utf8")
    .trim()
    .split(/\r?\n/);
  expect(lines).toHaveLength(1 + 2); // as many as the number states
  expect(lines[0]).toMatch(/^time,person,name,event,page,revenue,/);
  await page.goBack();
  await page.getByRole("list", { name: "Sources of visits, most frequent first" }).getByRole("link").first().click();
  await expect(page.getByRole("row")).toHaveCount(1 + 5);
});

test("every number of a person's habits leads to as many rows of their timeline", async ({ project, browser }) => {
  await kim(project, Date.now());
  const href = `${project.origin}/${project.projectId}/users/u%3Akim`;
  const page = await openAsOperator(browser, href);
  for (const list of ["Events, most frequent first", "Pages, most frequent first"]) {
    const ranked = page.getByRole("list", { name: list }).getByRole("listitem");
    await expect(ranked.first()).toBeVisible();
    for (let place = 0; place < Math.min(2, await ranked.count()); place++) {
      const number = Number((await ranked.nth(place).locator("span").last().textContent())?.replaceAll(",", ""));
      await ranked.nth(place).getByRole("link").click();
      await expect(page).toHaveURL(/since=/);
      await expect(rows(page)).toHaveCount(number);
      await page.goto(href);
    }
  }
});

test("for a non-member none of it exists", async ({ project, browser }) => {
  await kim(project, Date.now());
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${project.origin}/signup`);
  await page.getByLabel("Your name").fill("Stan Stranger");
  await page.getByLabel("E-mail").fill(`stan+${randomUUID()}@stranger.example`);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByLabel("Project name").fill("Elsewhere");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/setup");
  const { data } = await project.read<{ data: { id: string }[] }>("/profiles/u%3Akim/sessions");
  const since = Date.now();
  for (const path of [
    "/users/u%3Akim",
    "/users/u%3Akim/sessions",
    "/users/u%3Akim/features",
    "/users/u%3Akim/properties",
    "/users/u%3Akim/notes",
    "/settings/features",
    "/overview",
    "/overview/people",
    "/insights/lifecycle",
    "/insights/risk",
    "/insights/journeys",
    "/insights/lifecycle/export",
    "/insights/adoption",
    "/sessions",
    `/sessions/${data[0]?.id}`,
    "/events",
  ]) {
    const response = await page.request.get(`${project.origin}/${project.projectId}${path}`);
    expect(`${path} ${response.status()}`).toBe(`${path} 404`);
  }
  for (const path of [`users/u%3Akim?since=${since}`, `events?since=${since}`, `account?id=acme&since=${since}`]) {
    const url = `${project.origin}/api/live/${project.projectId}/${path}`;
    expect((await page.request.get(url)).status()).toBe(404);
    expect((await fetch(url)).status).toBe(401);
  }
});

/** Pages that are laid out anew on a phone. */
const OWN_PHONE_LAYOUT = ["/users/u%3Akim", "/overview", "/sessions", "/events"];

/** Kim's project in a fresh browser; a check that fails on serious axe findings, sideways scrolling, console output. */
async function examine(project: Project, browser: Browser) {
  await kim(project, Date.now());
  const home = `${project.origin}/${project.projectId}`;
  const page = await openAsOperator(browser, `${home}/users/u%3Akim`);
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) messages.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => messages.push(`${page.url()}: ${error.message}`));
  const check = async (what: string) => {
    await expectAccessible(page, what);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(`${what} is ${wider} px too wide`).toBe(`${what} is 0 px too wide`);
    expect(messages).toEqual([]);
  };
  /** Every second page opens in dark, because the check leaves the other theme set. */
  const visit = async (path: string) => {
    await page.goto(home + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page).toHaveURL(home + path); // not the log-in, which has a heading, too
    await check(path);
    if (OWN_PHONE_LAYOUT.includes(path)) await expectFitsPhone(page, path);
    expect(messages).toEqual([]);
  };
  return { page, check, visit };
}

test("a person's page works with assistive technology, and on a phone", async ({ project, browser }) => {
  test.slow();
  const { visit } = await examine(project, browser);
  for (const tab of ["", "/sessions", "/features", "/properties", "/notes", "/privacy"])
    await visit(`/users/u%3Akim${tab}`);
});

test("the project's pages work with assistive technology, and on a phone", async ({ project, browser }) => {
  test.slow();
  const { visit } = await examine(project, browser);
  const { data } = await project.read<{ data: { id: string }[] }>("/profiles/u%3Akim/sessions");
  for (const path of [
    "/overview",
    "/overview/people",
    "/insights/lifecycle",
    "/insights/risk",
    "/sessions",
    `/sessions/${data[0]?.id}`,
    "/events",
  ])
    await visit(path);
});

test("overlays of a person's page work with assistive technology", async ({ project, browser }) => {
  test.slow();
  const { page, check } = await examine(project, browser);
  await rows(page).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.getByText("How this event is shown").click();
  await check("an open event");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.getByRole("checkbox", { name: "Report exported" })).toBeVisible();
  await check("an open filter");
});
