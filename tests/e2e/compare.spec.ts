import { readFileSync } from "node:fs";
import { expectAccessible } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

const DAY_MS = 86_400_000;
const EACH = 12;

/** Eighty days ago 24 people began: those who created a recipe in their first week came back a month later. */
async function tell(project: Project): Promise<void> {
  const first = Date.now() - 80 * DAY_MS;
  const did = (profileId: string, name: string, day: number) => ({
    type: "track",
    payload: { name, profileId, properties: { __timestamp: new Date(first + day * DAY_MS).toISOString() } },
  });
  const batch = Array.from({ length: 2 * EACH }, (_, i) => {
    const id = `cook-${i}`;
    const all = [did(id, "kitchen_opened", 0), did(id, "menu_viewed", i % 2 === 0 ? 1 : 9)];
    return i < EACH ? [...all, did(id, "recipe_created", 2), did(id, "kitchen_opened", 40)] : all;
  }).flat();
  await sendFromServer(project, { batch });
  const filter = encodeURIComponent("and(did(recipe_created,atLeast,1,ever))");
  await expect
    .poll(async () => (await project.read<{ data: unknown[] }>(`/profiles?filter=${filter}`)).data.length, {
      timeout: 30_000,
    })
    .toBe(EACH);
}

test("differences of retained people in their first week are found, opened, saved and downloaded", async ({
  project,
  page,
}) => {
  await tell(project);
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/overview`);
  await page.getByRole("link", { name: "Insights" }).click();
  await page.getByRole("link", { name: "Compare", exact: true }).click();
  await page.getByLabel("By what they did in").selectOption({ label: "their first days" });
  await expect(page.getByRole("link", { name: `${EACH} retained people` })).toBeVisible();
  const sentence = "100 % of retained people did “Recipe created” in their first week, 0 % of churned people";
  await expect(page.getByRole("list", { name: "The clearest differences" })).toContainText(sentence);
  await expectAccessible(page, "compare");

  const row = page.getByRole("row", { name: /Recipe created/ });
  await row.getByRole("link", { name: "100 % of retained people: Recipe created" }).click();
  await expect(page.getByText("did recipe_created within 7 days of being first seen")).toBeVisible();
  await expect(page.getByRole("link", { name: /cook-\d+/ })).toHaveCount(EACH);
  await page.goBack();

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const lines = readFileSync(await (await download).path(), "utf8").split("\r\n");
  expect(lines.find((line) => line.startsWith("event,recipe_created"))).toContain(`,${EACH},${EACH},1,0,${EACH},0,`);

  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 800 });

  await row.getByRole("link", { name: /Save as segment: retained people, Recipe created/ }).click();
  await expect(page.getByRole("heading", { name: "New segment" })).toBeVisible();
  await expect(page.getByText(`${EACH} people`)).toBeVisible();
});

test("another team's comparison is a 404, and an invalid link says why", async ({ project, page }) => {
  await becomeOperator(page);
  const response = await page.goto(`/00000000-0000-4000-8000-000000000000/insights/compare`);
  expect(response?.status()).toBe(404);
  await tell(project);
  await page.goto(`/${project.projectId}/insights/compare?pair=segment`);
  await expect(page.getByRole("alert").filter({ hasText: "Choose a segment." })).toBeVisible();
  await page.goto(`/${project.projectId}/insights/compare?pair=retained&date=2999-01-01`);
  await expect(page.getByRole("alert").filter({ hasText: "at least 30 days ago" })).toBeVisible();
});
