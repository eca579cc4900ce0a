import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

/** docs/decisions/0129-plain-public-pages.md */
async function scriptsOf(page: Page, address: string): Promise<string[]> {
  const loaded: string[] = [];
  const note = (request: { resourceType(): string; url(): string }) => {
    if (request.resourceType() === "script") loaded.push(request.url());
  };
  page.on("request", note);
  await page.goto(address, { waitUntil: "networkidle" });
  page.off("request", note);
  return loaded;
}

test("the landing page, the documentation and its search load no script and log no errors", async ({ page }) => {
  const messages: string[] = [];
  page.on("console", (message) => messages.push(message.text()));
  for (const address of ["/", "/docs", "/docs/install", "/docs/search?q=consent"])
    expect(await scriptsOf(page, address), address).toEqual([]);
  expect((await scriptsOf(page, "/login")).length).toBeGreaterThan(0);
  expect(messages).toEqual([]);
});

test("code is copied, the search field is reached by a key, and a search keeps its words, without React", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/docs/install");
  const block = page.locator("figure").first();
  await block.getByRole("button", { name: "Copy this code" }).click();
  await expect(block.getByText("Copied")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await block.locator("pre").textContent());
  await page.keyboard.press("/");
  const field = page.getByRole("searchbox", { name: "Search the docs" });
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("");
  await field.fill("consent");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/docs\/search\?q=consent/);
  await expect(field).toHaveValue("consent");
  await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
});

test("the colours are those of the reader's system, from the first paint and when they change", async ({ page }) => {
  for (const address of ["/", "/docs"]) {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(address);
    await expect(page.locator("html")).toHaveClass(/dark/);
    await page.emulateMedia({ colorScheme: "light" });
    await expect(page.locator("html")).toHaveClass(/light/);
    await expect(page.locator("html")).not.toHaveClass(/dark/);
  }
});
