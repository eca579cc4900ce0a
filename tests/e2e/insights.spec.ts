import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "@playwright/test";
import { expectAccessible, expectFitsPhone } from "./accessibility";
import { openAsOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

/** Product's questions about the lifecycle: how many people are slipping, and who they are. */
const DAY_MS = 86_400_000;

const every = (step: number, times: number, from = 0): number[] =>
  Array.from({ length: times }, (_, i) => from + i * step);

/** People by the days before today on which they did something; "visitor": somebody anonymous. */
const LIVES: { [name: string]: number[] } = {
  daily: every(1, 40),
  often: every(2, 20, 1),
  stopped: every(1, 40, 9),
  quiet: every(1, 30, 10),
  gone: every(1, 30, 50),
  fresh: [0],
  visitor: [20],
};

async function plant(project: Project): Promise<void> {
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const batch = Object.entries(LIVES).flatMap(([id, ago]) =>
    ago.map((days) => ({
      type: "track",
      timestamp: new Date(noon - days * DAY_MS).toISOString(),
      ...(id === "visitor" && { anonymousId: id }),
      payload: { name: "export", ...(id !== "visitor" && { profileId: id }) },
    })),
  );
  await sendFromServer(project, { batch });
}

/** The lifecycle screen, once the jobs have computed everybody's states; opened from the navigation. */
async function openLifecycle(project: Project, browser: Browser): Promise<Page> {
  await plant(project);
  type Answer = { settled: boolean; data: { states: Record<string, number> }[] };
  const seen = async () => {
    const { settled, data } = await project.read<Answer>("/insights/lifecycle?who=everybody");
    return settled ? Object.values(data.at(-1)?.states ?? {}).reduce((a, b) => a + b, 0) : -1;
  };
  await expect.poll(seen, { timeout: 90_000 }).toBe(Object.keys(LIVES).length);
  const page = await openAsOperator(browser, `${project.origin}/${project.projectId}/users`);
  await page.getByRole("navigation", { name: "Project" }).getByRole("link", { name: "Insights" }).click();
  await page.waitForURL("**/insights/lifecycle");
  return page;
}

const listed = (page: Page): Locator => page.getByRole("table", { name: "Users" }).locator("tbody").getByRole("row");

async function expectPeople(page: Page, names: string[]): Promise<void> {
  await expect(listed(page)).toHaveCount(names.length);
  for (const name of names) await expect(listed(page).filter({ hasText: name })).toHaveCount(1);
}

test("product opens Insights, clicks the slipping figure and a bar, and sees those people", async ({
  project,
  browser,
}) => {
  test.slow();
  const page = await openLifecycle(project, browser);
  const slipping = page.getByRole("link", { name: /^2 slipping$/ });
  await slipping.click();
  await page.waitForURL(/\/users\?/);
  await expect(page.getByText(/who were slipping on/).first()).toBeVisible();
  await expectPeople(page, ["stopped", "quiet"]);
  await page.getByRole("link", { name: "stopped" }).first().click();
  await expect(page.getByText(/usually every day, last seen 9 days ago/)).toBeVisible();
  await page.goBack();
  await page.goBack();

  const bars = page.locator(".recharts-bar-rectangle");
  await expect(bars.first()).toBeVisible();
  // The last bar of the lowest series: people active now.
  await page.locator(".recharts-bar").first().locator(".recharts-bar-rectangle").last().click();
  await page.waitForURL(/\/users\?/);
  await expectPeople(page, ["daily", "often"]);
});

test("everybody, dormant people and other weeks are in the URL, and every number leads to as many people", async ({
  project,
  browser,
}) => {
  test.slow();
  const page = await openLifecycle(project, browser);
  await page.getByRole("link", { name: "Everyone" }).click();
  await page.waitForURL(/who=everybody/);
  await page.getByRole("link", { name: "Show dormant, too" }).click();
  await page.waitForURL(/dormant=1/);
  await page.getByRole("button", { name: "30 days" }).click();
  await page.waitForURL(/days=30/);
  const address = page.url();
  const links = page.getByRole("region", { name: "Weeks" }).getByRole("link");
  const numbers = await links.evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute("href")]));
  expect(numbers.length).toBeGreaterThan(15);
  for (const [number, href] of numbers.filter((_, index) => index % 4 === 0)) {
    await page.goto(`${project.origin}${href}`);
    await expect(listed(page), String(href)).toHaveCount(Number(number));
  }
  await page.goto(address);
  await expect(page.getByText("Hide dormant")).toBeVisible();
  await page.getByRole("button", { name: /Export/ }).click();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("link", { name: /Download|Export/ })
      .or(page.getByRole("button", { name: /Download/ }))
      .last()
      .click(),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^.?week,statesOn,new,active,slipping,dormant,resurrected/);
});

test("the lifecycle works with assistive technology, small screens and the keyboard", async ({ project, browser }) => {
  test.slow();
  const page = await openLifecycle(project, browser);
  await expectAccessible(page, "lifecycle");
  await expectFitsPhone(page, "lifecycle");
  await page.getByRole("link", { name: /^1 new$/ }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/users\?/);
  await expect(page.getByText("fresh").first()).toBeVisible();
});
