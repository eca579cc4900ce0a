import type { Page } from "@playwright/test";
import { prisma } from "@/lib/db/prisma";
import { provision } from "@/scripts/admin/commands";
import { expectAccessible } from "./accessibility";
import { expect, OPERATOR, test } from "./fixtures";

const PASSWORD = "correct horse battery";

async function logIn(page: Page, path: string, { email, password } = OPERATOR): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.waitForURL(`**${path}`);
}

/** The last proof of the member's newest log-in is from an hour ago. Not for the operator, who logs in beside us. */
async function passAnHour(email: string): Promise<void> {
  const newest = { where: { member: { email } }, orderBy: { createdAt: "desc" } } as const;
  const { id } = await prisma().logIn.findFirstOrThrow(newest);
  await prisma().logIn.update({ where: { id }, data: { confirmedAt: new Date(Date.now() - 3_600_000) } });
}

test("an old log-in confirms that it is the member, and the waiting form continues unchanged", async ({
  page,
  instance: _,
}, { testId, retry }) => {
  const owner = { email: `owner-${testId}-${retry}@throughline.example`, password: PASSWORD };
  const { projectId } = await provision({ ...owner, project: "Safe" }, () => {});
  await logIn(page, `/${projectId}/settings`, owner);
  await passAnHour(owner.email);
  await page.getByRole("button", { name: "Create key" }).click();
  const form = page.getByRole("dialog", { name: "Create a key" });
  await form.getByLabel("Key name").fill("Billing server");
  await form.getByRole("button", { name: "Create key" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Password").fill("wrong");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog.getByText("That is not your password.")).toBeVisible();
  await expectAccessible(page, "confirmation");
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Client secret", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Billing server", { exact: true }).first()).toBeVisible();
});

test("a member deletes their own account, after reading what goes and what stays", async ({
  page,
  project,
  browser,
}) => {
  await logIn(page, `/${project.projectId}/settings/team`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await page.getByText(/\/invite\//).textContent()) ?? "";
  const email = `lea-${project.projectId}@throughline.example`;
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await theirs.goto(link);
  await theirs.getByLabel("Your name").fill("Lea Weg");
  await theirs.getByLabel("E-mail").fill(email);
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Create account and join" }).click();
  await theirs.waitForURL("**/users");
  await theirs.goto("/account");
  await theirs.getByRole("link", { name: "Delete my account" }).click();
  await expect(theirs.getByText("which others keep using")).toBeVisible();
  await expectAccessible(theirs, "deletion of an account");
  await passAnHour(email);
  await theirs.getByLabel(`Type ${email} to confirm`).fill(email);
  await theirs.getByRole("button", { name: "Delete my account" }).click();
  const dialog = theirs.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await theirs.waitForURL("**/login?deleted=1");
  await expect(theirs.getByText("Your account was deleted.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Lea Weg")).toHaveCount(0);
  await context.close();
});
