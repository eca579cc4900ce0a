import type { Page } from "@playwright/test";
import { prisma } from "@/lib/db/prisma";
import { expectAccessible } from "./accessibility";
import { addAuthenticator } from "./authenticator";
import { expect, OPERATOR, test } from "./fixtures";

/** Logs in with the password and adds a passkey of this name on the account page. */
async function addPasskey(page: Page, name: string) {
  const authenticator = await addAuthenticator(page);
  await page.goto("/login?next=%2Faccount");
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  const section = page.getByRole("region", { name: "Passkeys" });
  await section.getByLabel("Name").fill(name);
  await section.getByRole("button", { name: "Add a passkey" }).click();
  await expect(section.getByText(name)).toBeVisible();
  return { authenticator, section };
}

test("a passkey is added, logs in by itself, is refused without its owner, and is removed", async ({
  page,
  project,
}) => {
  const name = `Laptop ${project.projectId.slice(-6)}`;
  const { authenticator, section } = await addPasskey(page, name);
  await expectAccessible(page, "passkeys");

  await page.context().clearCookies();
  const logIn = async () => {
    await page.goto(`/login?next=%2F${project.projectId}%2Fsettings`);
    await page.getByRole("button", { name: "Use a passkey" }).click();
  };
  await authenticator.verifies(false);
  await logIn();
  await expect(page.getByText("No passkey was used")).toBeVisible();
  await authenticator.verifies(true);
  await logIn();
  await page.waitForURL(`${project.origin}/${project.projectId}/settings`);
  await page.goto("/account");
  await expect(page.getByText("with a passkey, since").first()).toBeVisible();
  await section.getByRole("button", { name: `Remove the passkey ${name}` }).click();
  await expect(section.getByText(name)).toHaveCount(0);

  await page.context().clearCookies();
  await logIn();
  await expect(page.getByText("This passkey does not belong to an account here")).toBeVisible();
});

test("a passkey proves that it is the member, where an old log-in is not enough", async ({ page, project }) => {
  const name = `Phone ${project.projectId.slice(-6)}`;
  const { authenticator, section } = await addPasskey(page, name);

  const newest = { where: { member: { email: OPERATOR.email } }, orderBy: { createdAt: "desc" } } as const;
  const { id } = await prisma().logIn.findFirstOrThrow(newest);
  await prisma().logIn.update({ where: { id }, data: { confirmedAt: new Date(Date.now() - 3_600_000) } });
  await section.getByRole("button", { name: `Remove the passkey ${name}` }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await authenticator.verifies(false);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await expect(dialog.getByText("No passkey was used")).toBeVisible();
  await authenticator.verifies(true);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(section.getByText(name)).toHaveCount(0);
});
