/**
 * Pictures of every screen, at 1440 and 390 pixels, in light and dark: `npm run screenshots -- <url> <e-mail> <password> [folder]`.
 * The project should hold the demo's data. Says what the browser complained about, and then ends with code 1.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";

const CHROMIUM_FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
/** A person there is none of, for the page that says so. */
const NOBODY = "/users/u%3Anobody";
const SCHEMES = ["light", "dark"] as const;

const [base, email, password, folder = "docs/screenshots"] = process.argv.slice(2);
if (!base || !email || !password) {
  console.error("Usage: npm run screenshots -- <url> <e-mail> <password> [folder]");
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const only = process.env.ONLY?.split(",");
const complaints: string[] = [];

async function shoot(browser: Browser, size: keyof typeof SIZES, scheme: (typeof SCHEMES)[number]): Promise<void> {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme: scheme, timezoneId: "Europe/Berlin" });
  const page = await context.newPage();
  page.on("console", (message) => {
    const expected = page.url().endsWith(NOBODY) && message.text().includes("404");
    if (["error", "warning"].includes(message.type()) && !expected) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  const picture = async (name: string, path?: string) => {
    if (only && !only.includes(name)) return;
    if (path) await page.goto(base + path, { waitUntil: "networkidle" });
    await page.screenshot({ path: join(folder, `${name}-${size}-${scheme}.png`), animations: "disabled" });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) complaints.push(`${page.url()}: ${wider} px wider than the ${size} screen`);
  };

  await picture("landing", "/");
  await picture("signup", "/signup");
  await picture("login", "/login");
  const project = await logIn(page);
  await page.waitForLoadState("networkidle");
  await picture("users", `/${project}/users`);
  await picture("users-anonymous", `/${project}/users?tab=anonymous`);
  await picture("users-nobody", `/${project}/users?search=nobody-at-all`);
  const person = await personWithAStory(page, project);
  await picture("user", person);
  await picture("user-sessions", `${person}/sessions`);
  if (!only || only.includes("event")) {
    await page.goto(base + person, { waitUntil: "networkidle" });
    await page.getByRole("region", { name: "Timeline" }).getByRole("listitem").getByRole("button").nth(2).click();
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(400);
    await picture("event");
  }
  await picture("events", `/${project}/events`);
  await picture("sessions", `/${project}/sessions`);
  await picture("setup", `/${project}/setup`);
  await picture("settings", `/${project}/settings`);
  await picture("new-project", "/projects/new");
  await picture("not-found", `/${project}${NOBODY}`);
  await context.close();
}

/** Logs in and answers with the project's id. */
async function logIn(page: Page): Promise<string> {
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").fill(email as string);
  await page.getByLabel("Password").fill(password as string);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  return new URL(page.url()).pathname.split("/")[1] as string;
}

/** Of the first page of identified people the one with the most events below 400: a page that is full and still readable. */
async function personWithAStory(page: Page, project: string): Promise<string> {
  await page.goto(`${base}/${project}/users?tab=identified`);
  const people = await page.locator("tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      href: row.querySelector("a")?.getAttribute("href") ?? "",
      events: Number(row.querySelectorAll("td")[4]?.textContent?.replaceAll(",", "")),
    })),
  );
  const [fullest] = people.filter(({ events }) => events < 400).sort((a, b) => b.events - a.events);
  return (fullest ?? people[0])?.href ?? "";
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM_FLAGS.split(" ") });
for (const size of (process.env.SIZES?.split(",") ?? Object.keys(SIZES)) as (keyof typeof SIZES)[]) {
  for (const scheme of (process.env.SCHEMES?.split(",") ?? SCHEMES) as (typeof SCHEMES)[number][]) {
    await shoot(browser, size, scheme);
  }
}
await browser.close();
for (const complaint of new Set(complaints)) console.error(complaint);
process.exit(complaints.length > 0 ? 1 : 0);
