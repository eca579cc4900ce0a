import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@/scripts/postgres";
import { instanceEnvironment } from "@/tests/support/instance-environment";
import { mailServer } from "@/tests/support/mail-server";
import { expectAccessible } from "./accessibility";
import { expect, test } from "./fixtures";

const root = join(import.meta.dirname, "../..");
const dataDir = join(root, "test-results", "e2e-by-mail");
/** A first start with an empty data folder, beside other tests. */
const START_MS = 110_000;

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

// As a whole within the two minutes that a test may take.
test("from the landing page over the link in a mail to the first live event", async ({
  page,
  context,
  site,
  visitor,
}, info) => {
  const email = `cora+${info.retry}@cold.example`;
  const signUp = async (name: string, address: string) => {
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("E-mail").fill(address);
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByLabel("Project name").fill("My shop");
    await page.getByRole("button", { name: "Create account" }).click();
  };
  // Whoever runs the instance is its first member, and needs no mail.
  await page.goto(`${origin}/signup`);
  await expect(page.getByText("We mail you a link")).toHaveCount(0);
  await signUp("Olga Operator", `olga+${info.retry}@throughline.example`);
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
  await page.getByLabel("Password").fill("a long enough password");
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
