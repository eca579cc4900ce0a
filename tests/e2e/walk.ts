import type { Page } from "@playwright/test";
import type { Site } from "@/tests/support/site";

/** What a visitor of the site does before logging in, as event names with paths. */
export const ANONYMOUS_STEPS = [
  ["screen_view", "/"],
  ["hero_clicked", "/"],
  ["screen_view", "/pricing"],
  ["plan_chosen", "/pricing"],
  ["screen_view", "/login"],
] as const;

/**
 * A person takes longer to read a page than it takes to load, and longer between clicks than a request takes: SDKs that
 * send no time of their own only have the order of arrival.
 */
async function follow(page: Page, link: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.getByRole("link", { name: link }).click();
  await page.waitForURL(`**/${link.toLowerCase().replace(" ", "")}`);
}

/** Comes from a newsletter, looks around once the page view is sent (some SDKs delay it), reads the prices. */
export async function browse(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.origin}/?utm_source=newsletter&utm_medium=email`, { waitUntil: "networkidle" });
  await page.getByRole("button", { name: "Look around" }).click();
  await follow(page, "Pricing");
  await page.getByRole("button", { name: "Choose Pro" }).click();
  await follow(page, "Log in");
}

/** Logs in on the site, whose next page identifies the user, and uses it. */
export async function logIn(page: Page, email = "ada@customer.example"): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL("**/app");
  await page.getByRole("button", { name: "Create report" }).click();
}
