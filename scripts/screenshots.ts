/**
 * The screenshots of README and landing page: `npm run screenshots -- <url> <e-mail> <password> [folder]`. ALL=1 takes
 * every screen, at 1440 and 390 pixels, in light and dark, for review; ONLY=user,users takes some. The project should
 * hold the demo's data. Reports the browser's console errors and then exits with code 1.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import { largestAccount, launchBrowser, logInToDemo, personWithAStory } from "./demo-screens";

const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
/** An unknown person, for the not-found page. */
const NOBODY = "/users/u%3Anobody";
const SCHEMES = ["light", "dark"] as const;
const INSIGHTS = {
  lifecycle: "lifecycle",
  risk: "risk",
  "risk-accounts": "risk?of=accounts",
  compare: "compare",
  "compare-power": "compare?pair=power&days=7",
  journeys: "journeys",
  adoption: "adoption",
  "adoption-accounts": "adoption?of=accounts",
};
/** Accounts with a story in the demo, by domain (lib/example/stories.ts). */
const STORIES = {
  "account-left": "maplelarchbakery",
  "account-grows": "cornerspoonbistro",
  "account-dropped": "clovergardenkitchen",
};

const [base, email, password, folder = "docs/screenshots"] = process.argv.slice(2);
if (!base || !email || !password) {
  console.error("Usage: npm run screenshots -- <url> <e-mail> <password> [folder]");
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const only = process.env.ONLY?.split(",");
/** Screenshots for the documentation; light and wide unless named otherwise. */
const DOCUMENTED = [
  "landing",
  "overview",
  "users",
  "users-wide-dark",
  "user",
  "user-narrow-light",
  "event",
  "session",
  "events",
];
/**
 * Milliseconds for content that appears after a page has loaded: charts, fonts. Streams never end, so there is no idle
 * network to wait for.
 */
const SETTLE_MS = 1_500;
const complaints: string[] = [];

async function shoot(browser: Browser, size: keyof typeof SIZES, scheme: (typeof SCHEMES)[number]): Promise<void> {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  page.on("console", (message) => {
    const expected = page.url().endsWith(NOBODY) && message.text().includes("404");
    if (["error", "warning"].includes(message.type()) && !expected) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  const open = async (path: string) => {
    await page.goto(base + path);
    await page.waitForTimeout(SETTLE_MS);
  };
  const picture = async (name: string, path?: string) => {
    const file = size === "wide" && scheme === "light" ? name : `${name}-${size}-${scheme}`;
    if (only ? !only.includes(name) : !process.env.ALL && !DOCUMENTED.includes(file)) return;
    if (path) await open(path);
    await page.screenshot({ path: join(folder, `${file}.png`), animations: "disabled" });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) complaints.push(`${page.url()}: ${wider} px wider than the ${size} screen`);
  };

  await picture("landing", "/");
  await picture("signup", "/signup");
  await picture("login", "/login");
  const project = await logInToDemo(page, base as string, email as string, password as string);
  await picture("overview", `/${project}/overview`);
  for (const [name, path] of Object.entries(INSIGHTS)) await picture(name, `/${project}/insights/${path}`);
  await picture("users", `/${project}/users`);
  await picture("users-anonymous", `/${project}/users?tab=anonymous`);
  await picture("users-nobody", `/${project}/users?search=nobody-at-all`);
  const person = await personWithAStory(page, base as string, project);
  await picture("user", person);
  for (const tab of ["sessions", "properties", "identities", "notes", "privacy"]) {
    await picture(`user-${tab}`, `${person}/${tab}`);
  }
  if (!only || only.includes("event")) {
    await open(person);
    await page.getByRole("region", { name: "Timeline" }).locator("[data-event]").nth(2).click();
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(400);
    await picture("event");
  }
  await picture("accounts", `/${project}/accounts`);
  await picture("accounts-quiet", `/${project}/accounts?tab=quiet`);
  await picture("accounts-growing", `/${project}/accounts?tab=growing`);
  for (const [name, domain] of Object.entries(STORIES))
    await picture(name, `/a?domain=${domain}.example&project=${project}`);
  await picture("accounts-nothing", `/${project}/accounts?search=nothing-at-all`);
  const account = await largestAccount(page, base as string, project);
  await picture("account", account);
  for (const tab of ["people", "timeline", "properties", "manage"])
    await picture(`account-${tab}`, `${account}/${tab}`);
  await picture("events", `/${project}/events`);
  await picture("sessions", `/${project}/sessions`);
  if (!only || only.includes("session")) {
    await open(`${person}/sessions`);
    await page.getByRole("table", { name: "Sessions" }).getByRole("link").first().click();
    await page.getByRole("region", { name: "Steps" }).waitFor();
    await picture("session");
  }
  await picture("setup", `/${project}/setup`);
  await picture("settings", `/${project}/settings`);
  await picture("alert-new", `/${project}/settings/alerts/new?on=quiet`);
  await picture("new-project", "/projects/new");
  await picture("not-found", `/${project}${NOBODY}`);
  await context.close();
}

const browser = await launchBrowser();
for (const size of (process.env.SIZES?.split(",") ?? Object.keys(SIZES)) as (keyof typeof SIZES)[]) {
  for (const scheme of (process.env.SCHEMES?.split(",") ?? SCHEMES) as (typeof SCHEMES)[number][]) {
    await shoot(browser, size, scheme);
  }
}
await browser.close();
for (const complaint of new Set(complaints)) console.error(complaint);
process.exit(complaints.length > 0 ? 1 : 0);
