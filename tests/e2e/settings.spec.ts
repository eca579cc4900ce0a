import { expect, OPERATOR, test } from "./fixtures";

test("a rejected form keeps the input and shows the reason at the field", async ({ page, project }) => {
  const path = `/${project.projectId}/settings`;
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill("not the right password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "password is incorrect" })).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(`**${path}`);

  const domain = page.getByLabel("Domain", { exact: true });
  const origins = page.getByLabel("Other allowed origins");
  await page.getByLabel("Project name").fill("Renamed");
  await domain.fill("no domain");
  await origins.fill("capacitor://localhost");
  await page.getByRole("button", { name: "Save project" }).click();
  await expect(page.getByText("That is not a domain.")).toBeVisible();
  await expect(domain).toBeFocused();
  await expect(domain).toHaveValue("no domain");
  await expect(origins).toHaveValue("capacitor://localhost");
  await expect(page.getByLabel("Project name")).toHaveValue("Renamed");

  await domain.fill("shop.example");
  await page.getByRole("button", { name: "Save project" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.reload();
  await expect(domain).toHaveValue("shop.example");
  await expect(origins).toHaveValue("capacitor://localhost");

  await page.goto("/projects/new");
  await page.getByLabel("Project name").fill("Second");
  await page.getByLabel("Domain").fill("no domain");
  await page.getByText("Without storing anything").click();
  await page.getByRole("button", { name: "Create project" }).click();
  await expect(page.getByText("That is not a domain.")).toBeVisible();
  await expect(page.getByRole("radio", { name: "Without storing anything" })).toBeChecked();

  await page.goto(`/${project.projectId}`);
  await page.waitForURL(`**/${project.projectId}/users`);
});

test("a signing secret is generated and shown once", async ({ page, project }) => {
  const path = `/${project.projectId}/settings`;
  await page.goto(`/login?next=${encodeURIComponent(path)}`);
  await page.getByLabel("E-mail").fill(OPERATOR.email);
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByRole("button", { name: "New signing secret" }).click();
  await page.getByRole("button", { name: "Make a new secret" }).click();
  const secret = page.getByText(/^tl_identify_/);
  await expect(secret).toBeVisible();
  const text = (await secret.textContent()) ?? "";
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.reload();
  expect(await page.content()).not.toContain(text);
});
