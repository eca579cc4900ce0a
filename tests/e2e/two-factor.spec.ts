import type { Browser, Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { expectAccessible } from "./accessibility";
import { addAuthenticator } from "./authenticator";
import { expect, test } from "./fixtures";

const PASSWORD = "tall paper lantern";

/** Turns on the second factor on the account page that is open. */
async function setUp(page: Page): Promise<void> {
  const section = page.getByRole("region", { name: "Second factor", exact: true });
  await section.getByRole("button", { name: "Set up" }).click();
  await expect(section.getByRole("img")).toBeVisible();
  const key = ((await section.locator("code").textContent()) ?? "").replaceAll(" ", "");
  await section.getByLabel("Code").fill(new TOTP({ secret: Secret.fromBase32(key) }).generate());
  await section.getByRole("button", { name: "Turn on" }).click();
  await expect(section.getByText("Keep these recovery codes")).toBeVisible();
}

/** The owner of an organization of their own: the operator's would keep the other tests out. */
async function newOwner(page: Page, suffix: string): Promise<string> {
  await page.goto("/signup");
  await page.getByLabel("Your name").fill("Olga");
  await page.getByLabel("E-mail").fill(`olga-${suffix}@throughline.example`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Project name").fill("Olga's shop");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/setup");
  return new URL(page.url()).pathname.split("/")[1] ?? "";
}

/** Somebody whom the owner invites by a link, after the invitation. */
async function newColleague(owner: Page, browser: Browser, name: string, suffix: string): Promise<Page> {
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const link =
    (await owner
      .getByText(/\/invite\//)
      .first()
      .textContent()) ?? "";
  const page = await (await browser.newContext()).newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("E-mail").fill(`${name.toLowerCase()}-${suffix}@throughline.example`);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account and join" }).click();
  return page;
}

test("an owner requires two factors; members are kept out, add a code or a passkey, and get in", async ({
  page,
  project,
  browser,
}) => {
  test.slow();
  const suffix = project.projectId.slice(-8);
  const projectId = await newOwner(page, suffix);
  const team = `/${projectId}/settings/team`;
  await page.goto(team);
  const section = page.getByRole("region", { name: "Two factors" });
  await expect(section.getByText("Not required. 1 member has only one.")).toBeVisible();
  await expect(section.getByRole("button")).toHaveCount(0);
  await section.getByRole("link", { name: "Set them up on your account" }).click();
  await setUp(page);
  await page.goto(team);
  await section.getByRole("button", { name: "Require two factors" }).click();
  await expect(section.getByText("Required. Everybody in the team has two factors.")).toBeVisible();
  await expectAccessible(page, "two factors required");

  const nina = await newColleague(page, browser, "Nina", suffix);
  await nina.waitForURL(`**/account?for=${projectId}`);
  const notice = nina.getByRole("region", { name: "Olga's organization requires two factors" });
  await expect(notice).toBeVisible();
  await expectAccessible(nina, "kept out");
  expect((await nina.request.get(`/api/projects/${projectId}/search?q=a`)).status()).toBe(403);
  await notice.getByRole("link", { name: "Turn on a second factor" }).click();
  await setUp(nina);
  await nina.getByRole("link", { name: "I have saved them, continue" }).click();
  await nina.waitForURL(`**/${projectId}/users`);

  await page.reload();
  const otto = await newColleague(page, browser, "Otto", suffix);
  await otto.waitForURL(`**/account?for=${projectId}`);
  await addAuthenticator(otto);
  const passkeys = otto.getByRole("region", { name: "Passkeys" });
  await passkeys.getByLabel("Name").fill("Laptop");
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await otto.getByRole("link", { name: "Continue to the project" }).click();
  await otto.waitForURL(`**/${projectId}/users`);
  await otto.context().clearCookies();
  await otto.goto(`/login?next=/${projectId}/users`);
  await otto.getByLabel("E-mail").fill(`otto-${suffix}@throughline.example`);
  await otto.getByLabel("Password").fill(PASSWORD);
  await otto.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(otto.getByText("This log-in began without your second factor or passkey.")).toBeVisible();
  await otto.getByRole("button", { name: "Log in again" }).click();
  await otto.getByRole("button", { name: "Use a passkey" }).click();
  await otto.waitForURL(`**/${projectId}/users`);

  await page.reload();
  const members = page.getByRole("region", { name: "Members" });
  await expect(members.getByText("Two factors", { exact: true })).toHaveCount(3);
  await section.getByRole("button", { name: "No longer require them" }).click();
  await expect(section.getByText("Not required.")).toBeVisible();
});
