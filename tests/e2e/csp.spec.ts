import type { Page } from "@playwright/test";
import { addressOfEntry, entryPoints } from "@/scripts/structure/access";
import { becomeOperator } from "./dashboard";
import { expect, test } from "./fixtures";

/** Scripts of ours run on every screen, and nobody else's on any (docs/decisions/0100-content-security-policy.md). */

/** What the policy blocked on the pages of `page`; read after each navigation. */
async function violationsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.exposeFunction("refused", (text: string) => found.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
      (window as unknown as { refused(text: string): void }).refused(`${violatedDirective} ${blockedURI} ${sample}`),
    );
  });
  return found;
}

test("the policy blocks nothing of our own on any screen, rendered on request or at build time", async ({
  page,
  project,
}) => {
  test.slow(); // 70 pages
  const key = {
    "throughline-client-id": project.write.clientId,
    "throughline-client-secret": project.write.clientSecret,
  };
  const messages = [
    { type: "identify", payload: { profileId: "kim", firstName: "Kim" } },
    { type: "group", payload: { groupId: "acme", profileId: "kim" } },
    { type: "track", payload: { name: "opened", profileId: "kim" } },
  ];
  for (const body of messages)
    await fetch(`${project.origin}/track`, {
      method: "POST",
      headers: { "content-type": "application/json", ...key },
      body: JSON.stringify(body),
    });
  const refused = await violationsOf(page);
  const of: Record<string, string> = { project: project.projectId, userId: "u:kim", accountId: "acme" };
  const addresses = entryPoints()
    .filter(({ kind }) => kind === "page")
    .map((entry) => addressOfEntry(entry).replace(/\[\[\.\.\.slug\]\]/, ""))
    .map((address) => address.replace(/\[(\w+)\]/g, (_, name: string) => of[name] ?? "0"));
  expect(addresses.length).toBeGreaterThan(40);
  const nonces = new Set<string>();
  const found: string[] = [];
  const loggedOut = ["/", "/login", "/signup", "/forgot", "/docs", "/docs/nothing"];
  for (const address of [...loggedOut, ...addresses]) {
    if (address === addresses[0]) await becomeOperator(page);
    const answer = await page.goto(address);
    const policy = (await answer?.headerValue("content-security-policy")) ?? "";
    expect(policy, address).toMatch(/script-src '(?:nonce-|self'|sha256-)/);
    expect(policy, address).not.toMatch(/script-src[^;]*'unsafe|style-src-elem[^;]*'unsafe/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    if (nonce) expect(nonces.has(nonce), `${address}: a nonce is used once`).toBe(false);
    if (nonce) nonces.add(nonce);
    await page.waitForLoadState("load");
    found.push(...refused.splice(0).map((text) => `${address}: ${text}`));
  }
  expect(found).toEqual([]);
  expect(nonces.size).toBeGreaterThan(20);
});

/** What an attacker would have got into the HTML: each line would run without a policy. */
const INJECTED = `<script>window.pwned = "inline"</script>
<script nonce="guessed">window.pwned = "nonce"</script>
<script src="https://evil.example/x.js"></script>
<style>h1 { color: rgb(1, 2, 3) !important }</style>
<img src="/nothing.png" onerror="window.pwned = 'handler'">`;

test("a script that got into a page does not run, and the page keeps working", async ({ page, project, context }) => {
  await context.route("https://evil.example/**", (route) =>
    route.fulfill({ contentType: "text/javascript", body: "window.pwned = 'foreign'" }),
  );
  await context.route(`${project.origin}/**`, async (route) => {
    if (route.request().resourceType() !== "document") return route.continue();
    const response = await route.fetch({ maxRedirects: 0 });
    if (!response.headers()["content-type"]?.startsWith("text/html")) return route.fulfill({ response });
    return route.fulfill({ response, body: (await response.text()).replace("</body>", `${INJECTED}</body>`) });
  });
  await becomeOperator(page);
  const refused = await violationsOf(page);
  for (const address of ["/docs", "/docs/nothing", `/${project.projectId}/users`]) {
    refused.length = 0;
    await page.goto(address);
    await expect.poll(() => refused.length, address).toBeGreaterThanOrEqual(5);
    expect(await page.evaluate(() => (window as { pwned?: string }).pwned), address).toBeUndefined();
    await expect(page.locator("h1").first(), address).not.toHaveCSS("color", "rgb(1, 2, 3)");
  }
  // The page's own scripts run: a click on the menu opens it.
  await page.getByRole("link", { name: "Events" }).first().click();
  await page.waitForURL(/\/events/);
});

test("the policy blocks no style of menus, dialogs, notifications, charts or colour schemes", async ({
  page,
  project,
}) => {
  await becomeOperator(page);
  const refused = await violationsOf(page);
  await page.goto(`/${project.projectId}/settings`);
  await page
    .getByRole("button", { name: /^Project:/ })
    .first()
    .click();
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  // It locks the page's scrolling with a style element that has the nonce.
  await expect(page.locator("style")).not.toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.evaluate(() => {
    localStorage.setItem("theme", "dark");
    window.dispatchEvent(new StorageEvent("storage", { key: "theme", newValue: "dark" }));
  });
  await expect(page.locator("html")).toHaveClass(/dark/);
  await page.goto(`/${project.projectId}/setup`);
  await page.goto(`/${project.projectId}/overview`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(refused).toEqual([]);
});
