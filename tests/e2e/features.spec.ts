import { randomUUID } from "node:crypto";
import { expectAccessible, expectFitsPhone } from "./accessibility";
import { openAsOperator, sendFromServer } from "./dashboard";
import { expect, type Project, test } from "./fixtures";

/** Tasks of sales and product after a fresh log-in: which features a prospect tried, and how people came to sign up. */
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const send = (project: Project, batch: object[]) => sendFromServer(project, { batch });

/** Pat reads the blog, comes back, signs up from the pricing page, and then exports twice; nobody shares. */
async function pat(project: Project, now: number): Promise<void> {
  const visit = (at: number, steps: string[]) => {
    const sessionId = randomUUID();
    return steps.map((step, i) => ({
      type: "track",
      timestamp: new Date(at + i * MINUTE_MS).toISOString(),
      anonymousId: "pats-laptop",
      sessionId,
      payload: {
        name: step.startsWith("/") ? "screen_view" : step,
        properties: step.startsWith("/") ? { __path: `https://shop.example${step}` } : {},
      },
    }));
  };
  const did = (name: string, at: number) => ({
    type: "track",
    timestamp: new Date(at).toISOString(),
    payload: { name, profileId: "pat" },
  });
  await send(project, [
    ...visit(now - 30 * DAY_MS, ["/blog"]),
    ...visit(now - 20 * DAY_MS, ["/pricing", "plans_compared"]),
    {
      type: "identify",
      timestamp: new Date(now - 20 * DAY_MS + 5 * MINUTE_MS).toISOString(),
      anonymousId: "pats-laptop",
      payload: { profileId: "pat", firstName: "Pat", lastName: "Prospect", email: "pat@prospect.example" },
    },
    did("report_exported", now - 12 * DAY_MS),
    did("report_exported", now - 3 * DAY_MS),
    { ...did("report_shared", now - 2 * DAY_MS), payload: { name: "report_shared", profileId: "somebody-else" } },
  ]);
}

test("sales sees which features a prospect has tried", async ({ project, browser }) => {
  test.slow();
  await pat(project, Date.now());
  const person = `${project.origin}/${project.projectId}/users/u%3Apat`;
  const page = await openAsOperator(browser, person);
  // The job is a second or two behind.
  await expect(async () => {
    await page.goto(`${person}/features`);
    await expect(page.getByRole("row", { name: /Report exported 2/ })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(page.getByRole("listitem").filter({ hasText: "Report shared" })).toBeVisible();
  await expectAccessible(page, "features of a person");

  // Product gives the features their names.
  await page.getByRole("link", { name: "Name your features" }).click();
  await expect(page.getByText("They apply until you save a list of your own")).toBeVisible();
  const names = page.getByRole("textbox", { name: /^Name of feature/ });
  const values = await names.evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
  await names.nth(values.indexOf("Report exported")).fill("Exports");
  await page.getByRole("button", { name: "Save features" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.goto(`${person}/features`);
  await expect(page.getByRole("row", { name: /Exports 2/ })).toBeVisible();
});

test("the path to sign-up is shown above a person's timeline, and for everybody in Journeys and Adoption", async ({
  project,
  browser,
}) => {
  test.slow();
  await pat(project, Date.now());
  const home = `${project.origin}/${project.projectId}`;
  const page = await openAsOperator(browser, `${home}/users/u%3Apat`);
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) messages.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => messages.push(`${page.url()}: ${error.message}`));
  const path = page.getByRole("region", { name: "Path to sign-up" });
  await expect(async () => {
    await page.goto(`${home}/users/u%3Apat`);
    await expect(path).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expect(path.getByRole("listitem").filter({ hasText: "Last step" })).toContainText("plans_compared");
  await expect(path.getByRole("listitem").filter({ hasText: "Signed up" })).toContainText("10 days after first seen");
  await page.goto(`${home}/insights/journeys`);
  const steps = page.getByRole("table", { name: "Last step before, or last thing done" });
  await steps
    .getByRole("row", { name: /plans_compared/ })
    .getByRole("link")
    .first()
    .click();
  await expect(page.getByText("Pat Prospect").first()).toBeVisible();
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const screen of ["journeys", "adoption"]) {
    await page.goto(`${home}/insights/${screen}`);
    await expect(page.getByRole("table").first()).toBeVisible();
    await expectAccessible(page, screen);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(`${screen} is ${wider} px too wide`).toBe(`${screen} is 0 px too wide`);
    await expectFitsPhone(page, screen);
  }
  expect(messages).toEqual([]);
});
