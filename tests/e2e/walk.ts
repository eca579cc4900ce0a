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

/** Comes from a newsletter, looks around, reads the prices. */
export async function browse(page: Page, site: Site): Promise<void> {
  await page.goto(`${site.origin}/?utm_source=newsletter&utm_medium=email`);
  await page.getByRole("button", { name: "Look around" }).click();
  await page.getByRole("link", { name: "Pricing" }).click();
  await page.getByRole("button", { name: "Choose Pro" }).click();
  await page.getByRole("link", { name: "Log in" }).click();
}

/** Logs in on the site, whose next page says who it is, and uses it. */
export async function logIn(page: Page, email = "ada@customer.example"): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("heading", { name: "Hello" }).waitFor();
  await page.getByRole("button", { name: "Create report" }).click();
}
