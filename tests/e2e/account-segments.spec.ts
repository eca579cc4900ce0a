import { expectAccessible, expectFitsPhone } from "./accessibility";
import { expect } from "./fixtures";
import { test } from "./shop";

test("sales filters accounts by what their people do, saves a segment, and finds its people", async ({
  page,
  shop,
}) => {
  const names = page.locator("tbody [data-row-link]");
  const choose = async (field: string, typed: string, option: string | RegExp) => {
    await page.getByRole("combobox", { name: field }).fill(typed);
    await page.getByRole("option", { name: option }).first().click();
  };
  await page.goto(`/${shop.projectId}/accounts`);
  await page.getByRole("button", { name: "Filter" }).click();
  await choose("Field of the condition", "Its people", "Its people");
  await page.getByLabel("How often Its people").fill("3");
  await choose("Field of the condition", "report_op", "report_opened");
  await page.getByLabel("Days to look back").fill("60");
  await page.getByRole("button", { name: "Done" }).click();
  await expect(names).toHaveText(["Engine Works"]);
  await expect(page.getByText(/with at least 3 people who did .*report_opened.* in the last 60 days/)).toBeVisible();
  await expect(page).toHaveURL(/members\(atLeast,3,did\(report_opened/);
  await page.reload();
  await page.getByRole("button", { name: /^Filter/ }).click();
  await expect(page.getByLabel("How often Its people")).toHaveValue("3");
  await expectAccessible(page, "filter of accounts");
  await expectFitsPhone(page, "filter of accounts");
  await page.getByRole("button", { name: "Done" }).click();

  await page.getByRole("button", { name: "Save as segment" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Reading teams");
  await page.getByRole("button", { name: "Save segment" }).click();
  await expect(page.getByRole("heading", { name: "Reading teams", level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/segments\/[^/]+\/accounts$/);
  await expect(names).toHaveText(["Engine Works"]);
  await expectAccessible(page, "segment of accounts");
  await page.goto(`/${shop.projectId}/segments`);
  await expect(
    page.getByRole("row", { name: /Reading teams/ }).getByRole("cell", { name: "1 account", exact: true }),
  ).toBeVisible();
  await page.getByRole("link", { name: "Reading teams" }).click();
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByLabel("How often Its people")).toHaveValue("3");
  await expect(page.getByRole("status").filter({ hasText: "1 account" })).toBeVisible();

  const id = page.url().match(/segments\/([^/]+)\//)?.[1];
  await page.goto(`/${shop.projectId}/users?filter=and(whose(segment(in,${id})))`);
  await expect(names).toHaveCount(5);
  await expect(page.getByText(/people who belong to an account in the segment .*Reading teams/)).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill("reading");
  await page.getByRole("option", { name: /Reading teams/ }).click();
  await expect(page.getByRole("heading", { name: "Reading teams", level: 1 })).toBeVisible();
});
