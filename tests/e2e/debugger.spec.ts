import { becomeOperator } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

const send = (project: Project, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${project.origin}/track`, {
    method: "POST",
    headers: { "content-type": "application/json", "throughline-client-id": project.write.clientId, ...headers },
    body: JSON.stringify(body),
  });

test("the debugger shows each message's outcome live, and nothing of its content", async ({ page, project }) => {
  await becomeOperator(page);
  await page.goto(`/${project.projectId}/settings/debugger`);
  await expect(page.getByRole("heading", { name: "Debugger" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Listening" })).toBeVisible();

  const event = (name: string, outside: object = {}) => ({
    type: "track",
    ...outside,
    payload: { name, properties: { card: "4242-unmistakable", __path: "https://shop.example/?gclid=1" } },
  });
  await send(project, { batch: [event("paid"), event("ancient", { timestamp: "2001-01-01T00:00:00Z" })] });
  await send(project, event("stolen"), { "throughline-client-secret": "wrong" });
  const rows = page
    .getByRole("list", { name: "Messages, newest first" })
    .getByRole("listitem")
    .filter({ has: page.locator("time") });
  await expect(rows).toHaveText([
    /Refused.*The client secret is wrong/s,
    /Rejected.*ancient.*timestamp.*Older than 90 days/s,
    /Altered.*paid.*gclid/s,
  ]);
  expect(await page.content()).not.toContain("4242-unmistakable");

  await page.getByRole("button", { name: "Rejected 1" }).click();
  await expect(rows).toHaveText([/ancient/]);
});

test("non-members get no debugger: 404 for the page and its requests", async ({ page, project }) => {
  await page.goto("/signup");
  await page.getByLabel("Your name").fill("Stranger");
  await page.getByLabel("E-mail").fill(`stranger+${project.projectId}@throughline.example`);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByLabel("Project name").fill("Another");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/setup");
  expect((await page.goto(`/${project.projectId}/settings/debugger`))?.status()).toBe(404);
  expect((await page.request.get(`/api/projects/${project.projectId}/debugger`)).status()).toBe(404);
  await page.context().clearCookies();
  expect((await page.request.get(`/api/projects/${project.projectId}/debugger`)).status()).toBe(401);
});
