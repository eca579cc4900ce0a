import { pool } from "@/lib/db/pool";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { expectAccessible } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

const DAY_MS = 86_400_000;
const PEOPLE = 60;
const FIRST_DAY = 120;
const EVERY_DAYS = 3;
const BATCH = 500;

/**
 * People who come every three days, each with an account of their own: a third of them left, one every five days. That
 * is enough to fit a model, today and a month ago.
 */
function history(): { profileId: string; group: string; daysAgo: number }[] {
  return Array.from({ length: PEOPLE }, (_, i) => {
    const hasLeft = i % 3 === 0;
    const last = hasLeft ? 5 + (i / 3) * 5 : i % 3;
    const profileId = hasLeft ? `left-${last}` : `here-${i}`;
    return Array.from({ length: Math.floor((FIRST_DAY - last) / EVERY_DAYS) }, (_, n) => ({
      profileId,
      group: `account of ${profileId}`,
      daysAgo: last + n * EVERY_DAYS,
    }));
  }).flat();
}

async function plant(project: Project): Promise<void> {
  const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const messages = history().map(({ profileId, group, daysAgo }) => ({
    type: "track",
    timestamp: new Date(midnight - daysAgo * DAY_MS).toISOString(),
    payload: { name: "report_opened", profileId, groups: [group] },
  }));
  for (let at = 0; at < messages.length; at += BATCH) {
    const batch = messages.slice(at, at + BATCH);
    await sendFromServer(project, { import: true, batch });
  }
  // As the background jobs do, which look for something to do once a minute.
  await refreshAllFacts(pool(), project.projectId);
}

test("customer success finds who goes quiet, checks the track record, and opens a person and an account", async ({
  project,
  page,
}) => {
  await plant(project);
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/insights/risk`);
  const list = page.getByRole("region", { name: "Going quiet" });
  await expect(list.getByRole("rowheader").filter({ hasText: "left-20" })).toBeVisible();
  await expect(list.getByRole("rowheader").filter({ hasNotText: /^left-/ })).toHaveCount(0);
  await expectAccessible(page, "risk of people");

  const record = page.getByRole("region", { name: "Track record" });
  const row = record.getByRole("row").filter({ hasText: "30 days ago" });
  const cell = async (head: string) => {
    const heads = await record.getByRole("columnheader").allTextContents();
    return row.locator("th, td").nth(heads.indexOf(head));
  };
  const outcomes = page.getByRole("region", { name: "People" }).locator("tbody tr");
  const away = Number(await (await cell("Stayed away")).textContent());
  const missed = Number(await (await cell("Stayed away, missed")).textContent());
  expect(away).toBeGreaterThan(missed);
  await (await cell("Stayed away, flagged")).getByRole("link").click();
  await expect(outcomes).toHaveCount(away - missed);
  for (const one of await outcomes.all()) await expect(one.getByRole("cell")).toHaveText([/%/, "yes", "no"]);
  await page.goBack();
  await (await cell("Stayed away, missed")).getByRole("link").click();
  await expect(outcomes).toHaveCount(missed);

  await page.goto(`/${project.projectId}/insights/risk`);
  await list.getByRole("link", { name: "left-20" }).click();
  await expect(page.getByRole("heading", { name: "left-20", level: 1 })).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/${project.projectId}/insights/risk?of=accounts`);
  await expect(list.getByRole("rowheader").filter({ hasText: "account of left-20" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await list.getByRole("link", { name: "account of left-20" }).click();
  await expect(page.getByRole("heading", { name: "account of left-20", level: 1 })).toBeVisible();
});
