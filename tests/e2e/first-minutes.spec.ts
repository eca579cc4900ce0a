import { closeToGuests, openToGuests } from "@/lib/projects/guest-project.store";
import { grantScope } from "@/lib/scope";
import { expectAccessible } from "./accessibility";
import { sendFromServer } from "./dashboard";
import { expect, test } from "./fixtures";

test("from the landing page to the first live event: a link, a form, a button", async ({ page }, info) => {
  await page.goto("/");
  await page.getByRole("main").getByRole("link", { name: "Create account" }).first().click();
  await page.getByLabel("Your name").fill("Cora Cold");
  await page.getByLabel("E-mail").fill(`cora+${info.retry}@cold.example`);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByLabel("Project name").fill("My shop");
  await page.getByLabel("Domain").fill("https://shop.example/");
  await page.getByRole("radio").nth(1).check();
  await expectAccessible(page, "the sign-up form");
  await page.getByRole("button", { name: "Create account" }).click();

  await page.waitForURL("**/setup");
  const steps = page.getByRole("region", { name: "First steps" }).getByRole("heading", { level: 3 });
  await expect(steps).toHaveText([/First event \(to do\)/, /log-in \(to do\)/, /device \(to do\)/, /server \(to do\)/]);
  await page.getByText("Nothing arriving?").click();
  await expect(page.getByText("Only pages on shop.example may send events.")).toBeVisible();
  await expectAccessible(page, "the first steps");
  await page.getByRole("button", { name: "Send a test event" }).click();
  await expect(page.getByRole("status").filter({ hasText: "First event received: Test event" })).toBeVisible();
  await expect(steps.first()).toHaveText(/First event \(done\)/);
  const answer = page.getByRole("figure", { name: "Test event" });
  await expect(answer).toContainText("Stored.");
  await expect(answer).toContainText("origin: https://shop.example");
  await expect(answer).toContainText('200 {"deviceId":"');
  await expectAccessible(page, "the answer to the test event");

  await page.getByRole("link", { name: "See your users" }).click();
  await expect(page.getByRole("row", { name: "anonymous" })).toHaveCount(1);
});

// As a whole within the two minutes that a test may take.
const cold = test.extend({ tolerated: /401 \(Unauthorized\)/ });
cold(
  "a visitor copies the snippet into their page, and sees their own visit arrive live",
  async ({ page, site, visitor }, info) => {
    await page.goto("/");
    await page.getByRole("main").getByRole("link", { name: "Create account" }).first().click();
    await page.getByLabel("Your name").fill("Sam Site");
    await page.getByLabel("E-mail").fill(`sam+${info.retry}@site.example`);
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByLabel("Project name").fill("My site");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.waitForURL("**/setup");
    const status = page.getByRole("status").filter({ hasText: /first event|request/i });
    await expect(status).toContainText("Waiting for the first event.");

    const code = page.getByRole("region", { name: /^Code:/ }).first();
    const snippet = (await code.textContent()) ?? "";
    // A typing error in the key: the page says so.
    site.head = snippet.replace(/clientId: "[0-9a-f]{8}/, 'clientId: "00000000');
    await visitor.page.goto(site.origin, { waitUntil: "networkidle" });
    await expect(status).toContainText("matched no project");
    await expect(status).toContainText("unknown or was revoked");

    site.head = snippet;
    await visitor.page.goto(site.origin, { waitUntil: "networkidle" });
    await expect(status).toContainText("First event received: screen_view");
    await page.getByRole("link", { name: "See your users" }).click();
    await page.getByRole("row", { name: "anonymous" }).getByRole("link").first().click();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await visitor.page.getByRole("button", { name: "Look around" }).click();
    await expect(page.getByText("Hero clicked"), "without a reload").toBeVisible();
  },
);

test("the example project is one click away, says what it is, and goes when it is deleted", async ({ page }, info) => {
  const messages: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) messages.push(message.text());
  });
  await page.goto("/signup");
  await page.getByLabel("Your name").fill("Eve Example");
  await page.getByLabel("E-mail").fill(`eve+${info.retry}@site.example`);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByLabel("Project name").fill("Zebra");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/setup");
  const own = page.url();
  for (const empty of ["overview", "users", "sessions", "events", "insights/risk"]) {
    await page.goto(own.replace("setup", empty));
    await page.getByRole("link", { name: "See an example" }).click();
    await page.waitForURL("**/setup#example");
  }
  await page.getByRole("button", { name: "Open the example project" }).click();
  await page.waitForURL(
    (url) => url.pathname.endsWith("/users") && !own.includes(url.pathname.split("/")[1] as string),
  );
  await expect(page.getByText("The people and companies are invented.")).toBeVisible();
  await expect(page.getByRole("row").nth(10)).toBeVisible();
  await expectAccessible(page, "the example");
  await page.getByRole("main").getByRole("link", { name: "Delete" }).click();
  await page.getByLabel(/^Type Example: Larder/).fill("Example: Larder");
  await page.getByRole("button", { name: "Delete project" }).click();
  await page.waitForURL("**/account#deleted");
  await page.goto("/");
  await expect(page).toHaveURL(own.replace("/setup", "/users"));
  expect(messages, "the console").toEqual([]);
});

test("a guest opens the demo without an account, looks around, and is sent to log in by what members have", async ({
  project,
  visitor,
}) => {
  await sendFromServer(project, { type: "identify", payload: { profileId: "ada", firstName: "Ada" } });
  const { page } = visitor;
  const scope = grantScope(project.projectId, "system:test");
  await openToGuests(scope);
  // The server's own copy is a few seconds old.
  await expect.poll(async () => (await fetch(`${project.origin}/demo`, { redirect: "manual" })).status).toBe(307);
  await page.goto(`${project.origin}/`);
  await page.getByRole("link", { name: "Open the live demo" }).first().click();
  await expect(page.getByText("changes and downloads need an account")).toBeVisible();
  await expectAccessible(page, "the demo");
  await expect(page.getByRole("button", { name: "Export CSV" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: /^(Settings|Install)$/ })).toHaveCount(0);
  await page.getByRole("link", { name: "Ada" }).click();
  await expect(page.getByRole("heading", { name: "Ada", level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: "Privacy" })).toHaveCount(0);
  await page.goto(`${project.origin}/${project.projectId}/settings`);
  await expect(page).toHaveURL(/\/login\?next=/);
  await closeToGuests(scope);
});

test("the documentation is searched by keyboard, and without JavaScript", async ({ page, browser, baseURL }) => {
  await page.goto("/docs");
  const field = page.getByRole("searchbox");
  // The key works once the page's script has run.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(field).toBeFocused({ timeout: 500 });
  }).toPass();
  await field.fill("");
  await page.keyboard.type("ad blocker");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "“ad blocker”", level: 1 })).toBeVisible();
  await expectAccessible(page, "the results of a search");
  await page.getByRole("main").getByRole("link").first().click();
  await expect(page).toHaveURL(/\/docs\/[a-z]/);
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${baseURL}/docs`);
  await plain.getByRole("searchbox").fill("cookieless");
  await plain.getByRole("searchbox").press("Enter");
  await expect(plain.getByRole("main").getByRole("link").first()).toBeVisible();
  await context.close();
});
