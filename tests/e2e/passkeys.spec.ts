import { expectAccessible } from "./accessibility";
import { addAuthenticator } from "./authenticator";
import { expect, OPERATOR, test } from "./fixtures";

test("a passkey is added, logs in by itself, is refused without its owner, and is removed", async ({
  page,
  project,
}) => {
  const authenticator = await addAuthenticator(page);
  await page.goto("/login?next=%2Faccount");
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  const section = page.getByRole("region", { name: "Passkeys" });
  const name = `Laptop ${project.projectId.slice(-6)}`;
  await section.getByLabel("Name").fill(name);
  await section.getByRole("button", { name: "Add a passkey" }).click();
  await expect(section.getByText(name)).toBeVisible();
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
