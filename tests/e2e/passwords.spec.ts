import { expectAccessible } from "./accessibility";
import { expect, test } from "./fixtures";

test("a new password is rated as it is typed, without moving anything, and can be shown", async ({
  page,
  project: _,
}) => {
  await page.goto("/signup");
  const password = page.getByLabel("Password");
  const below = page.getByLabel("Project name");
  await page.getByLabel("Your name").fill("Ada Lovelace");
  const place = async () => (await below.boundingBox())?.y;
  const before = await place();
  const says = async (typed: string, words: string, level: number) => {
    await password.fill(typed);
    await expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();
    await expect(page.locator(`[data-level="${level}"]`)).toBeVisible();
    expect(await place(), typed).toBe(before);
  };
  await says("short", "7 more characters.", 0);
  await says("iloveyou2024", "on lists of common passwords", 1);
  await says("lovelace1815", "made from your name", 1);
  await expectAccessible(page, "a weak password");
  await says("tall paper lantern over water", "Strong.", 3);
  await page.getByRole("button", { name: "Show" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(password).toHaveAttribute("type", "password");
});

test("the password at log-in can be shown", async ({ page }) => {
  await page.goto("/login");
  const password = page.getByLabel("Password");
  await password.fill("tall paper lantern");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(password).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(password).toHaveAttribute("type", "password");
});
