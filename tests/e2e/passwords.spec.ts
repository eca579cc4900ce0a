import { hashPassword } from "@/lib/auth/password";
import { prisma } from "@/lib/db/prisma";
import { provision } from "@/scripts/admin/commands";
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

test("whoever logs in with a leaked password chooses another one before anything opens", async ({ page, instance: _ }, {
  testId,
  retry,
}) => {
  const [email, leaked] = [`lou-${testId.slice(-6)}-${retry}@throughline.example`, "password12345"];
  await provision({ email, password: "correct horse battery", name: "Lou", project: "Shop" }, () => {});
  await prisma().member.update({ where: { email }, data: { passwordHash: await hashPassword(leaked) } });
  const logIn = async (password: string) => {
    await page.goto("/login?next=/account");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Log in", exact: true }).click();
  };
  await logIn(leaked);
  await page.waitForURL("**/login/password");
  await expect(page.getByText("This password is on lists of common passwords")).toBeVisible();
  await expectAccessible(page, "a leaked password");
  await page.goto("/account");
  await page.waitForURL("**/login?next=%2Faccount");

  await page.goto("/login/password");
  const [fresh, change] = [page.getByLabel("New password"), page.getByRole("button", { name: "Save and log in" })];
  await fresh.fill(leaked);
  await change.click();
  await expect(fresh).toHaveAttribute("aria-invalid", "true");
  await fresh.fill("tall paper lantern");
  await change.click();
  await page.waitForURL("**/account");
  await expect(page.getByText(email).first()).toBeVisible();

  await page.context().clearCookies();
  await logIn(leaked);
  await expect(page.getByText("The e-mail address or password is incorrect.")).toBeVisible();
  await logIn("tall paper lantern");
  await page.waitForURL("**/account");
});
