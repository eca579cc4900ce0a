import { join } from "node:path";
import type { Page } from "@playwright/test";
import { build } from "esbuild";
import type { Site } from "@/tests/support/site";
import { expect, test } from "./fixtures";
import { browse, logIn } from "./walk";

const root = join(import.meta.dirname, "../..");

/** Adds the app's snippet to the site. */
type Install = (site: Site, snippet: string, origin: string) => Promise<void>;

const pasteSnippet: Install = async (site, snippet) => {
  site.head = snippet;
};

/** The real package from npm, unchanged, bundled as a site would; only the key and the URL are ours. */
const bundleOpenPanel: Install = async (site, snippet, origin) => {
  const clientId = /clientId: "([^"]+)"/.exec(snippet)?.[1];
  const contents = `import { OpenPanel } from "@openpanel/web";
    window.op = new OpenPanel({ clientId: "${clientId}", apiUrl: "${origin}/api", trackScreenViews: true, trackAttributes: true });`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "error",
  });
  site.bundle = outputFiles[0]?.text ?? "";
  site.head = `<script src="/bundle.js"></script>`;
};

/** From the landing page to the snippet, which is what the copy button put on the clipboard. */
async function signUp(page: Page, email: string): Promise<string> {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign up" }).first().click();
  await page.getByLabel("Your name").fill("Nia Newcomer");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByLabel("Project name").fill("My shop");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/setup");
  await page.getByRole("button", { name: "Copy: Paste before </head>" }).click();
  await expect(page.getByText("Copied")).toBeAttached();
  return page.evaluate(() => navigator.clipboard.readText());
}

for (const [how, install] of [
  ["the snippet as the app shows it", pasteSnippet],
  ["@openpanel/web unchanged", bundleOpenPanel],
] as const) {
  test(`a newcomer installs ${how} and sees one visitor's whole journey`, async ({
    page,
    context,
    site,
    visitor,
  }, info) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const complaints: string[] = [];
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    context.on("weberror", (error) => complaints.push(String(error.error())));
    const snippet = await signUp(page, `nia+${how.length}.${info.retry}@newcomer.example`);
    // Until then the page may show another test's request with a wrong key: all come from this address.
    const waiting = /Waiting for the first event|matched no project/;
    await expect(page.getByRole("status").filter({ hasText: waiting })).toBeVisible();
    await install(site, snippet, new URL(page.url()).origin);

    await browse(visitor.page, site);
    await expect(page.getByRole("status").filter({ hasText: "First event received" })).toBeVisible();
    await page.getByRole("link", { name: "See your users" }).click();
    await expect(page.getByRole("row", { name: "anonymous" })).toHaveCount(1);

    await logIn(visitor.page);
    await expect
      .poll(async () => {
        await page.reload();
        return page.getByRole("row").allInnerTexts();
      })
      .toEqual([expect.stringContaining("Person"), expect.stringMatching(/Ada Lovelace.*\t8\t/s)]);
    await page.getByRole("link", { name: "Ada Lovelace" }).click();

    await expect(page.getByRole("heading", { name: "Ada Lovelace", level: 1 })).toBeVisible();
    await expect(page.getByText("ada@customer.example").first()).toBeVisible();
    const figure = (label: string) =>
      page
        .locator("dl > div")
        .filter({ has: page.getByText(label, { exact: true }) })
        .locator("dd");
    await expect(figure("Sessions")).toHaveText("1");
    await expect(figure("Events")).toHaveText("8");
    await expect(page.getByRole("complementary", { name: "Properties" }).locator("dl")).toHaveText(/planpro/);

    const day = page.locator("section[aria-labelledby^=day-]");
    await expect(day.getByRole("heading", { level: 3 })).toHaveText([/Session/]);
    const rows = day.getByRole("listitem");
    const texts = await rows.allInnerTexts();
    expect(texts[0]).toMatch(/^Report created\s*rows: 3/);
    // Both are what the page after the login does first.
    expect(texts.slice(1, 3).sort()).toEqual([
      expect.stringMatching(/^App\s*\/app/),
      expect.stringMatching(/^Identified as user_42/),
    ]);
    expect(texts.slice(3)).toEqual([
      expect.stringMatching(/^Log in\s*\/login\s*before log-in/),
      expect.stringMatching(/^Plan chosen\s*plan: pro · seats: 3\s*before log-in/),
      expect.stringMatching(/^Pricing\s*\/pricing\s*before log-in/),
      expect.stringMatching(/^Hero clicked\s*place: top\s*before log-in/),
      expect.stringMatching(/^Shop\s*\/\s*before log-in/),
    ]);
    const times = await rows
      .locator("time")
      .evaluateAll((all) => all.map((time) => (time as HTMLTimeElement).dateTime));
    expect(await figure("First seen").locator("time").getAttribute("datetime")).toBe(times.at(-1));
    expect(await figure("Last seen").locator("time").getAttribute("datetime")).toBe(times[0]);
    expect(complaints, "Throughline's own console").toEqual([]);
  });
}
