import { expectAccessible } from "./accessibility";
import { becomeOperator } from "./dashboard";
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
  await page.getByRole("button", { name: "Create a new secret" }).click();
  const secret = page.getByText(/^tl_identify_/);
  await expect(secret).toBeVisible();
  const text = (await secret.textContent()) ?? "";
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.reload();
  expect(await page.content()).not.toContain(text);
});

test("settings and the account page fit a phone, work with assistive technology and print nothing", async ({
  page,
  project,
}) => {
  test.slow();
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) messages.push(`${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => messages.push(String(error)));
  await becomeOperator(page);
  await page.setViewportSize({ width: 390, height: 844 });
  const settings = `/${project.projectId}/settings`;
  const below = ["", "/team", "/alerts", "/alerts/new", "/events", "/features", "/debugger", "/delete"];
  for (const path of [...below.map((page) => settings + page), "/account"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page, path);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(`${path} is ${wider} px too wide`).toBe(`${path} is 0 px too wide`);
  }
  expect(messages, "Throughline's own console").toEqual([]);
});

test("a segment left out of all counts is named in Settings; a page without segment answers 404", async ({
  page,
  project,
}) => {
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/segments/new?filter=and(signedUp(inLast,30))`);
  await page.getByLabel("Name", { exact: true }).fill("Our testers");
  await page.getByRole("button", { name: "Create segment" }).click();
  await expect(page.getByRole("heading", { name: "Our testers", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Leave out of all counts" }).click();
  await expect(page.getByRole("button", { name: "Count again" })).toBeVisible();
  await page.goto(`/${project.projectId}/settings`);
  await page.getByRole("link", { name: "Our testers" }).click();
  await expect(page.getByRole("heading", { name: "Our testers", level: 1 })).toBeVisible();

  const unknown = await page.goto(`/${project.projectId}/segments/0192f4c1-7d5e-7000-8000-000000000000`);
  expect(unknown?.status()).toBe(404);
});
