import type { Locator, Page } from "@playwright/test";
import { DEMO_FEATURES } from "@/lib/example/accounts";
import type { DemoPerson } from "@/lib/example/person";
import { expect } from "./fixtures";
import { type Larder, nameOf, test } from "./larder";

/**
 * What support, sales, product and customer success open the product for, each from a cold log-in, on the demo's data,
 * whose planted truth says what they must find.
 */
const DAY_MS = 86_400_000;

const nav = (page: Page, name: string): Locator =>
  page.getByRole("navigation", { name: "Project" }).getByRole("link", { name, exact: true });

const tab = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("main").getByRole("link", { name, exact: true });

/** A key pressed before hydration is lost. */
async function openPalette(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("combobox", { name: "Find anything" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
}

/** Somebody whose last visit ended in an error. */
function ticket(larder: Larder): { person: DemoPerson; event: string; reason: string } {
  for (const person of larder.people) {
    const last = larder.did(person).findLast(({ active }) => active);
    if (last?.name.endsWith("_failed"))
      return { person, event: last.name, reason: String((last.properties as { reason?: string }).reason) };
  }
  throw new Error("Nobody's last visit ended in an error.");
}

/** The features of Larder's list that these people did and did not use. */
function tried(larder: Larder, people: readonly DemoPerson[]): { yes: string[]; no: string[] } {
  const names = new Set(people.flatMap((person) => larder.did(person).map(({ name }) => name)));
  const isTried = ({ events }: (typeof DEMO_FEATURES)[number]) => events.some((event) => names.has(event));
  return {
    yes: DEMO_FEATURES.filter(isTried).map(({ name }) => name),
    no: DEMO_FEATURES.filter((feature) => !isTried(feature)).map(({ name }) => name),
  };
}

test("support finds who wrote the ticket, sees where it broke, hands on a link to the event, and sees whom else it hit", async ({
  logInCold,
  larder,
}) => {
  const { person, event, reason } = ticket(larder);
  const page = await logInCold();
  for (const value of [person.userId, person.devices[0]?.anonymousId as string, person.email]) {
    await openPalette(page);
    await page.getByRole("combobox", { name: "Find anything" }).fill(value);
    await expect(page.getByRole("option", { name: nameOf(person) }), value).toHaveAttribute("aria-selected", "true");
    if (value !== person.email) await page.keyboard.press("Escape");
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: nameOf(person), level: 1 })).toBeVisible();

  const timeline = page.getByRole("region", { name: "Timeline" });
  const label = new RegExp(event.replaceAll("_", " "), "i");
  await expect(timeline.locator("[data-event]").filter({ hasText: label }).first()).toBeVisible();
  await timeline
    .getByRole("link", { name: /Step by step/ })
    .first()
    .click();
  const steps = page.getByRole("region", { name: "Steps" }).getByRole("listitem");
  await steps.last().getByRole("button").click();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toContainText(event);
  await expect(sheet).toContainText(reason);
  await sheet.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());

  const colleague = await logInCold(link);
  await expect(colleague.getByRole("dialog")).toContainText(reason);
  await expect(colleague).toHaveTitle(new RegExp(nameOf(person)));
  await colleague.getByRole("dialog").getByRole("link", { name: "Who else did this" }).click();
  const others = colleague.getByRole("list", { name: "Events, newest first" }).getByRole("listitem");
  await expect(others.filter({ hasText: label }).first()).toBeVisible();
  await expect(others.filter({ hasNotText: label })).toHaveCount(0);
});

test("sales sees from the back office's link what a prospect tried, how often they return, and who else is there", async ({
  logInCold,
  larder,
}) => {
  const team = larder.members("feature_dropped");
  const prospect = team[1] as DemoPerson;
  const page = await logInCold(`/u?email=${prospect.email}`);
  await expect(page.getByRole("heading", { name: nameOf(prospect), level: 1 })).toBeVisible();
  const days = new Set(larder.did(prospect).flatMap(({ active, ts }) => (active ? [Math.floor(ts / DAY_MS)] : [])));
  const today = Math.floor(Date.now() / DAY_MS);
  const recent = [...days].filter((day) => today - day < 30).length;
  await expect(page.getByRole("link", { name: `${recent} active days` })).toBeInViewport();
  await expect(page.getByText(/usually every/).first()).toBeInViewport();
  const colleagues = page.getByRole("list", { name: `Colleagues at ${prospect.company.name}` });
  await expect(colleagues.getByRole("link")).toHaveCount(team.length - 1);
  for (const one of team) if (one !== prospect) await expect(colleagues).toContainText(nameOf(one));

  await tab(page, /^Features/).click();
  const own = tried(larder, [prospect]);
  await expect(page.getByText(`Tried ${own.yes.length} of ${DEMO_FEATURES.length} features.`)).toBeVisible();
  for (const name of own.no)
    await expect(page.getByRole("region", { name: "Not tried" }).getByText(name, { exact: true })).toBeVisible();

  await page.goto(`/a?domain=${prospect.company.slug}.example`);
  await expect(page.getByRole("heading", { name: prospect.company.name, level: 1 })).toBeVisible();
  // The first screen answers: state, trend, features in use, dropped and not tried, and who does what.
  const all = tried(larder, team);
  for (const shown of [
    page.getByText("Steady", { exact: true }),
    page.getByText("Active people, 12 weeks"),
    page.getByText(`Uses ${all.yes.length - 1} of ${DEMO_FEATURES.length} features`),
    page.getByText(/Dropped: Stock counts, last used \d+ (days|weeks|months) ago/),
    page.getByRole("table", { name: /Who uses what/ }).getByRole("link", { name: nameOf(team[0] as DemoPerson) }),
  ])
    await expect(shown).toBeInViewport();
});

test("product finds what power users do that others do not, and what those who stayed did in their first week", async ({
  logInCold,
}) => {
  const page = await logInCold();
  await nav(page, "Insights").click();
  await tab(page, "Compare").click();
  const clearest = page.getByRole("list", { name: "The clearest differences" }).getByRole("listitem");
  await expect(clearest.first()).toContainText(
    /\d+ % of retained people did “Invoice imported” in the first week after signing up, \d+ % of churned people: \d+ points more \(\d+ to \d+\)\./,
  );

  await page
    .getByRole("combobox", { name: "Compare", exact: true })
    .selectOption({ label: "Power users and other identified users" });
  await expect(clearest.first()).toContainText(/\d+ % of power users did “Report exported”/);
  const head = page.getByRole("rowheader", { name: "Report exported", exact: true });
  const row = page.getByRole("row").filter({ has: head });
  const others = row.getByRole("link", { name: /of other identified users/ });
  await others.click();
  await expect(page.getByText(/did report_exported/).first()).toBeVisible();
  await page.goBack();

  await row.hover();
  await row.getByRole("link", { name: /Save as segment: power users, Report exported/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("Power users who exported at once");
  await page.getByRole("button", { name: "Create segment" }).click();
  await expect(page.getByRole("heading", { name: "Power users who exported at once", level: 1 })).toBeVisible();
});

test("customer success finds which account and who goes quiet, why, and when to expect them back, and gets an alert next time", async ({
  logInCold,
  larder,
}) => {
  const left = larder.members("champion_left");
  const champion = left[0] as DemoPerson;
  const page = await logInCold();
  await nav(page, "Accounts").click();
  await expect(page.getByRole("heading", { name: "Accounts", level: 1 })).toBeVisible(); // people have such a tab, too
  await tab(page, /^Going quiet/).click();
  const company = page.getByRole("row", { name: champion.company.name });
  await expect(company).toContainText(/Going quiet · nobody in 7 days, usually \d/);
  await company.getByRole("link", { name: champion.company.name }).click();
  await expect(
    page.getByText(new RegExp(`${nameOf(champion)}, its most active person, silent for \\d+ days`)),
  ).toBeInViewport();

  await nav(page, "Insights").click();
  await tab(page, "Risk").click();
  const regular = larder.people.filter(({ weekday }) => weekday !== null);
  const quiet = page.getByRole("region", { name: "Going quiet" });
  const reasons = quiet.getByRole("row", { name: /usually (every|on) .*(silent for|missed) \d/ });
  await expect(reasons.first()).toBeVisible();
  for (const row of await reasons.all()) {
    const name = await row.getByRole("link").first().textContent();
    expect(larder.people.map(nameOf)).toContain(name);
  }
  // How many weeks people of one weekday have missed, and so whether any is listed, depends on the hour of the data.
  const missing = quiet.getByRole("row", { name: /usually on \w+days, missed \d/ });
  for (const row of await missing.all()) {
    const name = await row.getByRole("link").textContent();
    const person = regular.find((one) => nameOf(one) === name);
    const weekday = ["Sun", "Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur"][person?.weekday ?? 0];
    await expect(row).toContainText(`usually on ${weekday}days`);
    await expect(row.getByRole("cell").nth(2)).toHaveText(/not soon|\d/);
  }

  await tab(page, "Adoption").click();
  await page.waitForURL(/\/insights\/adoption/);
  await tab(page, "Accounts").click();
  await page.waitForURL(/of=accounts/);
  const stock = page.getByRole("row", { name: /^Stock counts/ });
  await stock.getByRole("cell").nth(2).getByRole("link").click();
  const dropped = larder.members("feature_dropped")[0]?.company.name as string;
  await page.getByRole("link", { name: dropped }).click();
  await expect(page.getByText(/Dropped: Stock counts/)).toBeInViewport();

  await nav(page, "Segments").click();
  await tab(page, "Stopped counting stock").click();
  await expect(page.getByRole("link", { name: dropped })).toBeVisible();
  await tab(page, "Alert me").click();
  await page.getByLabel("Address").fill("http://127.0.0.1:9/hook");
  await page.getByRole("button", { name: "Create alert" }).click();
  await page.getByRole("button", { name: "I have copied it" }).click();
  await expect(page.getByRole("heading", { name: "New in “Stopped counting stock”" })).toBeVisible();
});

/** Every number of these screens that is a link opens a list with exactly as many rows, on the demo's data. */
const SCREENS = [
  "insights/lifecycle",
  "insights/lifecycle?who=accounts",
  "insights/risk",
  "insights/risk?of=accounts",
  "insights/compare?pair=retained",
  "insights/compare?of=accounts&pair=retained",
  "insights/journeys",
  "insights/adoption",
  "insights/adoption?of=accounts",
];
/** Lists opened per screen, evenly spread over it: each is a page load. */
const MAX_OPENED = 8;

type Shown = { href: string; text: string; count: number };

/** Links that begin with a whole number, "1,204 retained people"; estimates and shares count something else. */
async function numbersOn(page: Page): Promise<Shown[]> {
  const links = await page
    .getByRole("main")
    .locator("a[href]")
    .evaluateAll((all) => all.map((a) => ({ href: a.getAttribute("href") ?? "", text: a.textContent ?? "" })));
  const numbers = links.flatMap(({ href, text }) => {
    const [, digits] = /^([\d,]+)(?:\s+[a-z].*)?$/s.exec(text.trim()) ?? [];
    const isList = /\/(?:users|accounts)(?:\?|$)|\/risk\/(?:record|champions)\?/.test(href);
    return digits && isList ? [{ href, text: text.trim(), count: Number(digits.replaceAll(",", "")) }] : [];
  });
  return [...new Map(numbers.map((one) => [`${one.href} ${one.count}`, one])).values()];
}

/** The count that a list in the browser states, or else the number of its rows. */
async function countOf(page: Page): Promise<number> {
  const count = page
    .getByRole("main")
    .getByText(/^(?:about )?[\d,]+ (?:people|person|accounts?)$/)
    .first();
  const rows = page.getByRole("main").locator("tbody tr");
  await expect(count.or(rows.first()).first()).toBeVisible();
  if (/\/risk\//.test(page.url())) return rows.count();
  await expect(count).toBeVisible();
  return Number(((await count.textContent()) ?? "").replace(/\D/g, ""));
}

/**
 * The same for a list as the server sends it, which browsers only draw: a page load in a browser takes eight times the
 * processor time.
 */
async function sentCountOf(page: Page, href: string): Promise<number> {
  const answer = await page.request.get(href);
  expect(answer.status(), href).toBe(200);
  return page.evaluate(
    ({ html, isRecord }) => {
      const list = new DOMParser().parseFromString(html, "text/html");
      if (isRecord) return list.querySelectorAll("main tbody tr, [id^='S:'] tbody tr").length;
      const texts = [...list.body.querySelectorAll("*")].map(({ textContent }) => textContent ?? "");
      const count = texts.find((text) => /^(?:about )?[\d,]+ (?:people|person|accounts?)$/.test(text)) ?? "";
      return Number(count.replace(/\D/g, "") || Number.NaN);
    },
    { html: await answer.text(), isRecord: /\/risk\//.test(href) },
  );
}

test("the number of people on an account's page opens a list of as many", async ({ logInCold, larder }) => {
  const [{ company }] = larder.members("champion_left") as [DemoPerson];
  const page = await logInCold();
  await page.goto(`/${larder.projectId}/accounts/${encodeURIComponent(company.id)}`, { waitUntil: "networkidle" });
  const [people] = await numbersOn(page);
  expect(people?.count).toBe(company.seats);
  await page.goto(people?.href ?? "", { waitUntil: "domcontentloaded" });
  expect(await countOf(page)).toBe(company.seats);
});

for (const screen of SCREENS)
  test(`every number of ${screen} opens a list of as many`, async ({ loggedIn, larder }) => {
    test.setTimeout(120_000);
    const page = await loggedIn();
    await page.goto(`/${larder.projectId}/${screen}`, { waitUntil: "networkidle" });
    const numbers = await numbersOn(page);
    expect(numbers.length).toBeGreaterThan(0);
    const step = Math.max(1, numbers.length / MAX_OPENED);
    const wrong: string[] = [];
    for (let i = 0; i < numbers.length; i += step) {
      const { href, text, count } = numbers[Math.floor(i)] as Shown;
      const found = await sentCountOf(page, href);
      // A record shows a hundred rows a page.
      if (found !== (/\/risk\//.test(href) ? Math.min(count, 100) : count)) wrong.push(`${text}: ${found} on ${href}`);
    }
    expect(wrong).toEqual([]);
    const [first] = numbers as [Shown];
    await page.goto(first.href, { waitUntil: "domcontentloaded" });
    expect(await countOf(page), `${first.text} on ${first.href}, in the browser`).toBe(
      /\/risk\//.test(first.href) ? Math.min(first.count, 100) : first.count,
    );
  });
