import { expectAccessible } from "./accessibility";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, test } from "./fixtures";

const DAY_MS = 86_400_000;

test("limits are previewed, saved and carried out, and what is within them stays", async ({ page, project }) => {
  // A run begins within a minute of a change.
  test.setTimeout(180_000);
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) messages.push(message.text());
  });
  const at = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
  const event = (name: string, daysAgo: number) => ({
    type: "track",
    timestamp: at(daysAgo),
    import: true,
    payload: { name, profileId: "ada" },
  });
  await sendFromServer(project, {
    batch: [event("opened", 60), event("opened", 50), event("opened", 1), event("heartbeat", 20)],
  });
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/settings/retention`);
  await expect(page.getByText("Nothing has been deleted: everything is kept for ever.")).toBeVisible();

  await page.getByLabel("Keep events for").fill("30");
  await page.getByLabel("Other limits by event name").fill("heartbeat: 10");
  await page.getByRole("button", { name: "Preview" }).click();
  const going = page.getByRole("table", { name: "What would be deleted now" });
  await expect(going.getByRole("row", { name: /^opened/ })).toContainText("2");
  await expect(going.getByRole("row", { name: /^heartbeat/ })).toContainText("1");
  await expectAccessible(page, "the preview of limits");
  // What is typed after the preview has not been looked at.
  await page.getByLabel("Keep events for").fill("31");
  await expect(page.getByRole("button", { name: "Save and delete" })).toHaveCount(0);
  expect(await project.events("u:ada"), "a preview deletes nothing").toHaveLength(4);
  await page.getByLabel("Keep events for").fill("30");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Save and delete" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Still running")).toHaveCount(0, { timeout: 1_000 });
    const deleted = page.locator("div").filter({ has: page.locator("dt", { hasText: "Events deleted" }) });
    await expect(deleted.last()).toContainText("3", { timeout: 1_000 });
  }).toPass({ timeout: 100_000, intervals: [3_000] });
  expect((await project.events("u:ada")).map(({ name }) => name)).toEqual(["opened"]);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("Nothing stored now is older than these limits.")).toBeVisible();
  expect(messages, "the console").toEqual([]);
});
