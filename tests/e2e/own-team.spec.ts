import { expectAccessible } from "./accessibility";
import { reloadUntil } from "./dashboard";
import { expect } from "./fixtures";
import { test } from "./shop";

test("events leave out somebody of the own team, and show theirs on request", async ({ page, shop }) => {
  await page.goto(`/${shop.projectId}/users/u:ada/privacy`);
  await expect(page.getByRole("region", { name: "What is stored" })).toContainText("AccountsEngine Works");
  await page.getByRole("button", { name: "Leave out of all counts" }).click();
  await reloadUntil(page, page.getByRole("button", { name: "Count again" }));

  const events = `/${shop.projectId}/events?days=365`;
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(async () => {
    await page.goto(events);
    await expect(rows.filter({ hasText: "babbage" }).first()).toBeVisible();
    await expect(rows.filter({ hasText: "ada" })).toHaveCount(0, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await page.getByLabel("Own team").selectOption({ label: "Own team: only" });
  await expect(rows.filter({ hasText: "ada" }).first()).toBeVisible();
  await expect(rows.filter({ hasText: "babbage" })).toHaveCount(0);
  await expectAccessible(page, "events of the own team");

  await page.goto(`${events}&name=report_exported`);
  await expect(page.getByText("No events on these days match the filters.")).toBeVisible();
  await page.getByRole("link", { name: "Include events of your own team" }).click();
  await expect(rows.filter({ hasText: "ada" }).first()).toBeVisible();
});

test("a test account is left out of the list of accounts with its people, and counted again", async ({
  page,
  shop,
}) => {
  const list = `/${shop.projectId}/accounts`;
  const names = page.locator("tbody [data-row-link]");
  for (const [button, undo, left] of [
    ["Leave out of all counts", "Count again", ["Engine Works", "Tides & Co"]],
    ["Count again", "Leave out of all counts", ["Engine Works", "Navy Yard", "Tides & Co"]],
  ] as const) {
    await page.goto(`${list}/navy/manage`);
    await page.getByRole("button", { name: button }).click();
    // Counted again once the job has recomputed its people.
    await reloadUntil(page, page.getByRole("button", { name: undo }));
    // Counted accounts: tests/e2e/accounts.spec.ts.
    if (undo === "Count again") await expectAccessible(page, "managing an account that is left out");
    await expect(async () => {
      await page.goto(list);
      await expect(names).toHaveText([...left], { timeout: 1_000 });
    }).toPass({ timeout: 60_000 });
    await page.goto(`/${shop.projectId}/users`);
    await expect(page.getByRole("link", { name: "grace" })).toHaveCount(left.length === 2 ? 0 : 1);
  }
});
