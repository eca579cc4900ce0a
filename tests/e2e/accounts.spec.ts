import { readFileSync } from "node:fs";
import { expectAccessible, expectFitsPhone } from "./accessibility";
import { expect } from "./fixtures";
import { test } from "./shop";

test("customer success finds accounts going quiet, with numbers, and who is still active", async ({ page, shop }) => {
  await expect(page.locator("tbody [data-row-link]")).toHaveText(["Engine Works"]);
  await expect(page.getByText("1 person in 7 days, usually 5")).toBeVisible();
  await page.getByRole("link", { name: "Engine Works" }).click();
  await expect(page.getByRole("heading", { name: "Engine Works", level: 1 })).toBeVisible();
  await expect(page.getByText("Going quiet")).toBeVisible();

  const uses = page.getByRole("table", { name: /Who uses what/ });
  await expect(uses.getByRole("rowheader").first()).toContainText("ada");
  await expect(uses.getByRole("row", { name: /ada/ }).getByRole("link", { name: "11" })).toBeVisible();
  await uses.getByRole("button", { name: "Report opened" }).click();
  await expect(uses.getByRole("rowheader").first()).not.toContainText("ada");
  await expect(page).toHaveURL(/by=report_opened/);

  await page.getByRole("link", { name: /^People/ }).click();
  const people = page.getByRole("table", { name: /People of this account/ });
  await expect(people.getByRole("row")).toHaveCount(6);
  await expect(people.getByRole("row").nth(1)).toContainText("ada");
  await people.getByRole("link", { name: "babbage" }).click();
  await expect(page.getByRole("list", { name: "Colleagues at Engine Works" }).getByRole("link")).toHaveCount(4);
  await page.getByRole("definition").getByRole("link", { name: "Engine Works" }).click();
  await expect(page).toHaveURL(new RegExp(`/${shop.projectId}/accounts/engine$`));
});

test("support opens a ticket's company from the back office and reads its joint timeline", async ({ page, shop }) => {
  await page.goto(`/a?domain=NAVY.example&project=${shop.projectId}`);
  await expect(page.getByRole("heading", { name: "Navy Yard", level: 1 })).toBeVisible();
  await page.goto(`/a?id=engine&project=${shop.projectId}`);
  await page.getByRole("link", { name: "Timeline" }).click();
  const timeline = page.getByRole("region", { name: "Timeline" });
  await expect(timeline.getByRole("button", { name: /Report exported/ }).first()).toContainText("ada");
  await page.getByRole("searchbox").fill("opened");
  await expect(timeline.getByRole("button", { name: /Report exported/ })).toHaveCount(0);
  await timeline
    .getByRole("button", { name: /Report opened/ })
    .first()
    .click();
  await expect(
    page.getByRole("dialog").getByText("babbage").or(page.getByRole("dialog").getByText("turing")).first(),
  ).toBeVisible();
  await page.keyboard.press("Escape");

  const unknown = (id: string) => `/a?id=${encodeURIComponent(id)}&project=${shop.projectId}`;
  for (const id of ["a\0b", "../users", "x".repeat(300), "%00", "\ufffd/ü"])
    expect(await (await page.request.get(unknown(id))).text(), id).toMatch(/No account matches|Which account/);
  await page.goto(unknown("nobody-has-this"));
  await expect(page.getByRole("heading", { name: "No account matches" })).toBeVisible();
  await expectAccessible(page, "no account found");
});

test("Ctrl K, search, sort, columns and the file agree on the accounts there are", async ({ page, shop }) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill("tides");
  await page.getByRole("option", { name: /Tides & Co/ }).click();
  await expect(page.getByRole("heading", { name: "Tides & Co", level: 1 })).toBeVisible();

  await page.goto(`/${shop.projectId}/accounts`);
  const names = page.locator("tbody [data-row-link]");
  await expect(names).toHaveText(["Engine Works", "Navy Yard", "Tides & Co"]);
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await expect(page).toHaveURL(/sort=name/);
  await page.getByRole("searchbox").fill("team");
  await expect(names).toHaveText(["Navy Yard"]);
  await page.getByRole("button", { name: "Clear search" }).click();
  await page.getByRole("button", { name: "Columns", exact: true }).click();
  await page.getByRole("button", { name: "Show plan" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "plan" })).toBeVisible();
  await expect(page.locator("tbody tr").first()).toContainText("pro");

  await page.getByRole("button", { name: /Export/ }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download these accounts" }).click(),
  ]);
  const [head, ...rows] = readFileSync(await file.path(), "utf8")
    .trim()
    .split("\r\n");
  expect(head).toContain("id,name,domain,health");
  expect(rows).toHaveLength(3);
});

test("a wrong membership and a company with two ids are corrected and restored", async ({ page, shop }) => {
  const engine = `/${shop.projectId}/accounts/engine`;
  const row = page.getByRole("row", { name: /plana/ });
  for (const [button, left] of [
    ["Remove plana", 1],
    ["Put back plana", 0],
  ] as const) {
    await page.goto(`${engine}/people`);
    await page.getByRole("button", { name: button }).click();
    await expect(async () => {
      await page.goto(`${engine}/people`);
      await expect(row.getByText("Left", { exact: true })).toHaveCount(left, { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
  }

  await page.goto(`${engine}/manage`);
  await page.getByLabel("Id of the other account").fill("nobody-has-this");
  await page.getByRole("button", { name: "Merge" }).click();
  await expect(page.getByRole("main").getByText("There is no such account in this project.")).toBeVisible();
  await page.getByLabel("Id of the other account").fill("navy");
  await page.getByRole("button", { name: "Merge" }).click();
  await expect(page.getByText("engine and navy, merged")).toBeVisible();
  await page.goto(`/a?id=navy&project=${shop.projectId}`);
  await expect(page).toHaveURL(/\/accounts\/engine$/);
  await page.goto(`${engine}/manage`);
  await page.getByRole("button", { name: "Separate engine and navy" }).click();
  await expect(page.getByText("engine and navy, merged")).toHaveCount(0);
  await page.goto(`/a?id=navy&project=${shop.projectId}`);
  await expect(page.getByRole("heading", { name: "Navy Yard", level: 1 })).toBeVisible();

  await page.goto(`/${shop.projectId}/accounts/tides/manage`);
  await page.getByLabel(/to confirm/).fill("Tides & Co");
  await page.getByRole("button", { name: "Erase account" }).click();
  await expect(page).toHaveURL(new RegExp(`/${shop.projectId}/accounts$`));
  await expect(page.locator("tbody [data-row-link]")).toHaveText(["Engine Works", "Navy Yard"]);
});

test("people are filtered by whose account is on a plan", async ({ page, shop }) => {
  const filter = "and(whose(prop(plan,text,oneOf,pro)),whose(health(oneOf,quiet)))";
  await page.goto(`/${shop.projectId}/users?filter=${encodeURIComponent(filter)}`);
  await expect(page.getByText(/5 people who belong to an account on plan pro/)).toBeVisible();
  await page.getByRole("button", { name: /^Filter/ }).click();
  await expect(page.getByRole("button", { name: "Account’s plan" })).toBeVisible();
});

test("another project's accounts are unreachable by any URL", async ({ page, shop }) => {
  const elsewhere = "0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee";
  for (const path of [
    "",
    "/rows",
    "/export",
    "/engine",
    "/engine/people",
    "/engine/timeline",
    "/engine/timeline/export",
    "/engine/properties",
  ]) {
    const response = await page.request.get(`/${elsewhere}/accounts${path}`);
    expect(response.status(), path).toBe(404);
  }
  for (const id of ["nobody", "%00", "a%2Fb", "..%2f", "x".repeat(255), "%ED%A0%80", "=rows", "rows%2F"]) {
    const response = await page.request.get(`/${shop.projectId}/accounts/${id}`);
    expect(response.status(), id).toBe(404);
  }
  expect((await page.request.get(`/${shop.projectId}/accounts?cursor=x&sort=nonsense&tab=9`)).status()).toBe(200);
});

test("axe finds nothing serious on accounts, in light and dark, wide and narrow", async ({ page, shop }) => {
  test.slow();
  const paths = ["accounts", "accounts?tab=growing", "accounts?search=nobody-at-all", "accounts/engine"];
  const all = [
    ...paths,
    "accounts/engine/people",
    "accounts/engine/timeline",
    "accounts/engine/properties",
    "accounts/engine/manage",
  ];
  for (const path of all) {
    await page.goto(`/${shop.projectId}/${path}`);
    await expectAccessible(page, path);
    await expectFitsPhone(page, path);
  }
});
