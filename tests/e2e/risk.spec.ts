import { expectAccessible } from "./accessibility";
import { expect, OPERATOR, test } from "./fixtures";

const DAY_MS = 86_400_000;
const daysAgo = (count: number, from: number) => Array.from({ length: count }, (_, i) => from + i);

/** People by the days before today on which they did something. */
const LIVES: { [name: string]: number[] } = {
  daily: daysAgo(40, 0),
  quiet: daysAgo(30, 10),
  gone: daysAgo(30, 70),
  once: [20],
};

test("customer success opens Risk, sees who fell out of their rhythm and why, and opens them", async ({
  project,
  browser,
}) => {
  test.slow();
  const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const batch = Object.entries(LIVES).flatMap(([profileId, ago]) =>
    ago.map((days) => ({
      type: "track",
      timestamp: new Date(noon - days * DAY_MS).toISOString(),
      payload: { name: "export", profileId },
    })),
  );
  const response = await fetch(`${project.origin}/track`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "throughline-client-id": project.write.clientId,
      "throughline-client-secret": project.write.clientSecret,
    },
    body: JSON.stringify({ batch }),
  });
  expect(await response.json()).toMatchObject({ accepted: batch.length });
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${project.origin}/${project.projectId}/insights/risk`, { waitUntil: "networkidle" });
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL("**/insights/risk");
  const list = page.getByRole("region", { name: "Going quiet" });
  await expect(async () => {
    await page.reload();
    await expect(list).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 150_000 });
  await expect(list.locator("tbody").getByRole("row")).toHaveCount(1);
  await expect(list).toContainText("usually every day, silent for 9 days");
  await expect(page.getByText("too little history to try it")).toBeVisible();
  await expectAccessible(page, "risk");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await expectAccessible(page, "risk at 390 pixels");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "1 going quiet" }).click();
  await page.waitForURL("**/users?tab=quiet");
  await page.getByRole("link", { name: "quiet", exact: true }).click();
  await expect(page.getByText("usually every day, silent for 9 days")).toBeVisible();
});
