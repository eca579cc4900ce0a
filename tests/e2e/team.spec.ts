import type { Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { prisma } from "@/lib/db/prisma";
import { formatDateTime } from "@/lib/format/time";
import { expectAccessible } from "./accessibility";
import { becomeOperator } from "./dashboard";
import { expect, OPERATOR, test } from "./fixtures";

const PASSWORD = "tall paper lantern";

type Credentials = { email: string; password: string };

async function logIn(page: Page, path: string, { email, password }: Credentials): Promise<void> {
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`**${path}`);
}

test("a colleague is invited by link, joins, sees the project, and is removed again", async ({
  page,
  project,
  browser,
}) => {
  const path = `/${project.projectId}/settings/team`;
  await becomeOperator(page);
  await page.goto(path);
  await expect(page.getByRole("listitem").filter({ hasText: OPERATOR.email })).toContainText("You");
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByText("Copy the link below")).toBeVisible();
  const link = (await page.getByText(/\/invite\//).textContent()) ?? "";
  await expectAccessible(page, "team");

  const colleague = await browser.newContext();
  const theirs = await colleague.newPage();
  await theirs.goto(link);
  await expect(theirs.getByText("invites you as an editor")).toBeVisible();
  await expectAccessible(theirs, "invitation");
  const email = `nina-${project.projectId}@throughline.example`;
  await theirs.getByLabel("Your name").fill("Nina");
  await theirs.getByLabel("E-mail").fill(email);
  await theirs.getByLabel("Password").fill("1234567890");
  await theirs.getByRole("button", { name: "Create account and join" }).click();
  await expect(theirs.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await expect(theirs.getByLabel("Your name")).toHaveValue("Nina");
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Create account and join" }).click();
  await theirs.waitForURL("**/users");
  await theirs.goto(path);
  await expect(theirs.getByText("Only owners and admins can change it")).toBeVisible();
  await expect(theirs.getByRole("button", { name: "Invite", exact: true })).toHaveCount(0);
  await theirs.goto(link);
  await expect(theirs.getByText("This invitation no longer works")).toBeVisible();

  await page.reload();
  await page.getByRole("button", { name: "Remove Nina" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("Nina")).toHaveCount(0);
  const answer = await theirs.goto(path);
  expect(answer?.status()).toBe(404);
  await colleague.close();
});

test("a member changes name and password, and ends the log-in on another device", async ({
  page,
  project,
  browser,
}) => {
  const path = `/${project.projectId}/settings/team`;
  await becomeOperator(page);
  await page.goto(path);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await page.getByText(/\/invite\//).textContent()) ?? "";
  const email = `otto-${project.projectId}@throughline.example`;
  const [one, two] = [await browser.newContext(), await browser.newContext({ timezoneId: "Asia/Tokyo" })];
  const [here, there] = [await one.newPage(), await two.newPage()];
  await here.goto(link);
  await here.getByLabel("Your name").fill("Otto");
  await here.getByLabel("E-mail").fill(email);
  await here.getByLabel("Password").fill(PASSWORD);
  await here.getByRole("button", { name: "Create account and join" }).click();
  await here.waitForURL("**/users");
  await logIn(there, "/account", { email, password: PASSWORD });
  // Times are local for somebody who opens no project, too.
  const newest = { where: { member: { email } }, orderBy: { createdAt: "desc" } } as const;
  const { createdAt } = await prisma().logIn.findFirstOrThrow(newest);
  const since = there.getByText(`since ${formatDateTime(createdAt.getTime(), "Asia/Tokyo")}`);
  await expect(since.first()).toBeVisible();

  await here.goto("/account");
  await expectAccessible(here, "account");
  const password = here.getByRole("region", { name: "Password", exact: true });
  await here.getByLabel("Your name").fill("Otto Lang");
  await here.getByRole("button", { name: "Save name" }).click();
  await expect(here.getByText("Saved.")).toBeVisible();
  await password.getByLabel("Current password").fill("wrong");
  await password.getByLabel("New password").fill("wide copper kettle");
  await here.getByRole("button", { name: "Change password" }).click();
  await expect(here.getByText("That is not your password.")).toBeVisible();
  await password.getByLabel("Current password").fill(PASSWORD);
  await password.getByLabel("New password").fill("wide copper kettle");
  await here.getByRole("button", { name: "Change password" }).click();
  await expect(here.getByText("Your other log-ins have ended.")).toBeVisible();
  await there.goto("/account");
  await there.waitForURL("**/login?next=%2Faccount");
  await logIn(there, "/account", { email, password: "wide copper kettle" });
  await here.reload();
  await here.getByRole("button", { name: "End all other log-ins" }).click();
  await expect(here.getByRole("button", { name: "End all other log-ins" })).toHaveCount(0);
  await there.reload();
  await there.waitForURL("**/login?next=%2Faccount");
  await Promise.all([one.close(), two.close()]);
});

test("a second factor is set up, required at the next log-in, and turned off", async ({ page, project, browser }) => {
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/settings/team`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await page.getByText(/\/invite\//).textContent()) ?? "";
  const email = `tora-${project.projectId}@throughline.example`;
  const context = await browser.newContext();
  const theirs = await context.newPage();
  await theirs.goto(link);
  await theirs.getByLabel("Your name").fill("Tora");
  await theirs.getByLabel("E-mail").fill(email);
  await theirs.getByLabel("Password").fill(PASSWORD);
  await theirs.getByRole("button", { name: "Create account and join" }).click();
  await theirs.waitForURL("**/users");

  await theirs.goto("/account");
  const section = theirs.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Set up" }).click();
  await expect(section.getByRole("img")).toBeVisible();
  const key = ((await section.locator("code").textContent()) ?? "").replaceAll(" ", "");
  const phone = new TOTP({ secret: Secret.fromBase32(key) });
  await expectAccessible(theirs, "second factor");
  await section.getByLabel("Code").fill("000000");
  await section.getByRole("button", { name: "Turn on" }).click();
  await expect(section.getByText("That is neither the code")).toBeVisible();
  await section.getByLabel("Code").fill(phone.generate());
  await section.getByRole("button", { name: "Turn on" }).click();
  await expect(section.getByText("Keep these recovery codes")).toBeVisible();
  const recovery = (await section.getByRole("listitem").allTextContents()).slice(0, 2);

  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await elsewhere.goto("/login?next=%2Faccount");
  await elsewhere.getByLabel("E-mail").fill(email);
  await elsewhere.getByLabel("Password").fill(PASSWORD);
  await elsewhere.getByRole("button", { name: "Log in" }).click();
  await expect(elsewhere.getByLabel("Code")).toBeVisible();
  await expectAccessible(elsewhere, "log in with a code");
  await elsewhere.getByLabel("Code").fill(recovery[0] ?? "");
  await elsewhere.getByRole("button", { name: "Log in" }).click();
  await elsewhere.waitForURL("**/account");
  const off = elsewhere.getByRole("region", { name: "Second factor" });
  await off.getByLabel("Code").fill(recovery[1] ?? "");
  await off.getByRole("button", { name: "Turn off" }).click();
  await expect(off.getByRole("button", { name: "Set up" })).toBeVisible();
  await Promise.all([context.close(), other.close()]);
});

test("without a mail server, the forgotten-password page says whom to ask", async ({ page }) => {
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(page.getByText("Its operator can give you a new password")).toBeVisible();
  await expectAccessible(page, "forgot");
  for (const path of ["/reset", "/reset?token=x", "/verify?token=x", "/invite/x"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "no longer works" })).toBeVisible();
  }
  expect((await page.goto("/mailbox"))?.status()).toBe(404);
});
