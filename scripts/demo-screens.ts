import { type Browser, chromium, type Page } from "@playwright/test";
import { findChromium } from "./chromium.mjs";

/** For the scripts that look at the demo in a browser: screenshots.ts and pictures.ts. */
const CHROMIUM_FLAGS =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync".split(
    " ",
  );

export const launchBrowser = (flags: string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium() ?? undefined, args: [...CHROMIUM_FLAGS, ...flags] });

/** Logs in and returns the project's id. */
export async function logInToDemo(page: Page, base: string, email: string, password: string): Promise<string> {
  await page.goto(`${base}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  return new URL(page.url()).pathname.split("/")[1] as string;
}

/**
 * On the first page of identified people, the one with the most events below 400: a page that is full and still
 * readable.
 */
export async function personWithAStory(page: Page, base: string, project: string): Promise<string> {
  await page.goto(`${base}/${project}/users?tab=identified`);
  await page.locator("tbody tr").first().waitFor();
  const people = await page.locator("table").evaluate((table) => {
    const column = [...table.querySelectorAll("th")].findIndex((head) => head.textContent?.trim() === "Events");
    return [...table.querySelectorAll("tbody tr")].map((row) => ({
      href: row.querySelector("a")?.getAttribute("href") ?? "",
      events: Number(row.children[column]?.textContent?.replaceAll(",", "")),
    }));
  });
  const [fullest] = people.filter(({ events }) => events < 400).sort((a, b) => b.events - a.events);
  return (fullest ?? people[0])?.href ?? "";
}

/** The path of the account with the most people; the list's if there is none. */
export async function largestAccount(page: Page, base: string, project: string): Promise<string> {
  await page.goto(`${base}/${project}/accounts?sort=-people`);
  const first = page.locator("tbody [data-row-link]").first();
  return (await first.getAttribute("href", { timeout: 5_000 }).catch(() => null)) ?? `/${project}/accounts`;
}
