import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, test } from "./fixtures";

/**
 * The privacy officer's errand, from a cold log-in: what is stored, for how long, who looked; then one person is given
 * their data and erased, with proof.
 */
test("a privacy officer sees what is stored and who looked, hands out one person's data, and erases them with proof", async ({
  project,
  page,
}) => {
  const email = "rosa@tariff.example";
  const messages = [
    { type: "identify", payload: { profileId: "rosa", email, properties: { name: "Rosa Bakker" } } },
    { type: "track", payload: { name: "opened", profileId: "rosa" } },
    { type: "track", payload: { name: "opened", profileId: "kim" } },
  ];
  for (const message of messages) await sendFromServer(project, message);
  const { projectId } = project;
  const nav = (name: string) => page.getByRole("main").getByRole("link", { name, exact: true });
  await becomeOperator(page);

  await page.goto(`/${projectId}/settings`);
  await nav("Privacy").click();
  const kind = page.getByRole("main").getByText("Until the person is erased").first();
  await expect(kind).toBeVisible();
  await expect(page.getByText("3 rows").first()).toBeVisible();

  await page.goto(`/${projectId}/users/u:rosa`);
  await expect(page.getByRole("heading", { name: "Rosa Bakker", level: 1 })).toBeVisible();
  await page.goto(`/${projectId}/settings`);
  await nav("Access log").click();
  const log = page.getByRole("main").getByRole("row");
  await expect(log.filter({ hasText: "Viewed a person" }).filter({ hasText: "Rosa Bakker" }).first()).toBeVisible();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Find anything" }).fill(email);
  await page.getByRole("option", { name: "Rosa Bakker" }).click();
  await page.getByRole("link", { name: "Privacy", exact: true }).click();
  await expect(page.getByRole("region", { name: "Accessed by" }).getByRole("listitem")).toContainText("viewed");
  const copy = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export everything" }).click();
  expect((await copy).suggestedFilename()).toMatch(/\.zip$/);

  await page.getByRole("button", { name: "Erase this user" }).click();
  await page.getByLabel(/to confirm$/).fill("Rosa Bakker");
  await page.getByRole("button", { name: "Erase permanently" }).click();
  await expect(page.getByRole("heading", { name: "Erased" })).toBeVisible();
  await expect(page.getByText("The digest matches")).toBeVisible();

  expect((await page.goto(`/${projectId}/users/u:rosa`))?.status()).toBe(404);
  await page.goto(`/${projectId}/users?search=${email}`);
  await expect(page.getByRole("main").getByText(/Nobody (?:here )?matches/)).toBeVisible();
  await page.goto(`/${projectId}/settings/access-log`);
  await expect(log.filter({ hasText: "Erased" }).first()).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText("Rosa");
});
