import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";
import { freePort, startPostgres } from "@/scripts/postgres";
import { instanceEnvironment } from "@/tests/support/instance-environment";
import { mailServer } from "@/tests/support/mail-server";
import { expectAccessible } from "./accessibility";
import { reloadUntil } from "./dashboard";
import { expect, test } from "./fixtures";

const root = join(import.meta.dirname, "../..");
const dataDir = join(root, "test-results", "e2e-by-mail");
/** A first start with an empty data folder, beside other tests. */
const START_MS = 110_000;

const PASSWORD = "a long enough password";
/** The operator, the first member. */
const olga = (retry: number) => `olga+${retry}@throughline.example`;
/** A customer. */
const cora = (retry: number) => `cora+${retry}@cold.example`;

let mail: Awaited<ReturnType<typeof mailServer>>;
let app: ChildProcess;
let origin: string;

/** The hosted edition with a real mail server; its own instance, as the others' sign up without mail. */
test.beforeAll(async () => {
  test.setTimeout(START_MS + 10_000);
  rmSync(dataDir, { recursive: true, force: true });
  mail = await mailServer();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const settings = { SMTP_URL: mail.url(), MAIL_FROM: "Throughline <hello@throughline.example>", EDITION: "hosted" };
  const env = instanceEnvironment({ ...settings, APP_URL: origin, PORT: String(port), DATA_DIR: dataDir });
  app = spawn(process.execPath, ["scripts/start.mjs"], { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
  const isUp = () =>
    fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isUp, { timeout: START_MS }).toBe(true);
});

test.afterAll(async () => {
  const ended = once(app, "close");
  app.kill("SIGTERM");
  await Promise.all([ended, mail.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

// The second goes on where the first ends, and both begin again if one fails.
test.describe.configure({ mode: "serial" });

// As a whole within the two minutes that a test may take.
test("from the landing page over the link in a mail to the first live event", async ({
  page,
  context,
  site,
  visitor,
}, info) => {
  const email = cora(info.retry);
  const signUp = async (name: string, address: string) => {
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("E-mail").fill(address);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByLabel("Project name").fill("My shop");
    await page.getByRole("button", { name: "Create account" }).click();
  };
  // Whoever runs the instance is its first member, and needs no mail.
  await page.goto(`${origin}/signup`);
  await expect(page.getByText("We mail you a link")).toHaveCount(0);
  await signUp("Olga Operator", olga(info.retry));
  await page.waitForURL("**/setup");
  await context.clearCookies();

  const began = performance.now();
  await page.goto(origin);
  await page.getByRole("main").getByRole("link", { name: "Create account" }).first().click();
  await expect(page.getByText("We mail you a link to confirm your address.")).toBeVisible();
  await signUp("Cora Cold", email);
  await page.waitForURL("**/signup?sent");
  await expect(page.getByRole("heading", { name: "Check your e-mail", level: 1 })).toBeVisible();
  await expectAccessible(page, "the mail was sent");
  await page.screenshot({ path: info.outputPath("sent.png") });

  await expect
    .poll(() => mail.received.find(({ to }) => to === email)?.subject)
    .toBe("Create your Throughline account");
  const link = /http\S+\/signup\/confirm\?token=\S+/.exec(mail.received.find(({ to }) => to === email)?.text ?? "");
  await page.goto(link?.[0] ?? "");
  await expect(page.getByText(`For ${email}.`)).toBeVisible();
  await expectAccessible(page, "the link of the mail");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();

  await page.waitForURL("**/setup");
  const status = page.getByRole("status").filter({ hasText: /first event|request/i });
  await expect(status).toContainText("Waiting for the first event.");
  site.head =
    (await page
      .getByRole("region", { name: /^Code:/ })
      .first()
      .textContent()) ?? "";
  await visitor.page.goto(site.origin, { waitUntil: "networkidle" });
  await expect(status).toContainText("First event received: screen_view");
  info.annotations.push({
    type: "seconds from the landing page",
    description: `${(performance.now() - began) / 1_000}`,
  });
});

/** The organizations of a member, changed behind the app, which notices within 15 s. */
async function change(statement: string, email: string): Promise<void> {
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") }); // the one that the app runs
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const of = "(SELECT organization_id FROM memberships m JOIN members ON members.id = member_id WHERE email = $1)";
  expect((await client.query(statement.replace("$OF", of), [email])).rowCount).toBe(1);
  await client.end();
  await postgres.stop();
}

async function logIn(page: Page, email: string): Promise<string> {
  await page.context().clearCookies();
  await page.goto(`${origin}/login`);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  return new URL(page.url()).pathname.slice(0, 37);
}

test("the plan page tells the days of the trial, its use and what is above it, and opens where screens are closed", async ({
  page,
}, { retry }) => {
  const ofProjects = "project_id IN (SELECT id FROM projects WHERE organization_id IN $OF)";
  await change(`UPDATE received_days SET events = events + 1000000 WHERE ${ofProjects}`, cora(retry));
  const ended = "UPDATE organization_plans SET trial_ends_at = now() - interval '15 days' WHERE organization_id IN $OF";
  await change(ended, olga(retry));

  const project = await logIn(page, cora(retry));
  await page.goto(`${origin}${project}/users`);
  await reloadUntil(page, page.getByText("1,000,001 events this month, 1,000,000 are in the trial. Nothing is lost"));
  await page.getByRole("link", { name: "See plan" }).click();
  await expect(page.getByText("Trial, 30 days left")).toBeVisible();
  await expect(page.getByRole("region", { name: "Usage" })).toContainText("1,000,001 of 1,000,000 above the plan");
  await expectAccessible(page, "above the plan");

  const closed = await logIn(page, olga(retry));
  await page.goto(`${origin}${closed}/users`);
  await page.getByRole("link", { name: "Choose a plan" }).click();
  await expect(page.getByText("The trial is over", { exact: true })).toBeVisible();
  await expect(page.getByText(/screens have been closed since/)).toBeVisible();
  await expect(page.getByText("ask its operator for a plan")).toBeVisible();
});
