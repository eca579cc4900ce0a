import { chromium } from "@playwright/test";
import { scriptSnippet } from "@/lib/format/snippet";
import { findFullChromium } from "@/scripts/chromium.mjs";
import { expect, type Project, test } from "./fixtures";

const pathsOf = async (project: Project): Promise<string[]> => {
  const [person] = await project.profiles();
  return person ? (await project.events(person.ref)).map(({ name, path }) => `${name} ${path}`) : [];
};

test("single-page navigation, a filter, a hash and going back give one view per changed page", async ({
  project,
  site,
  visitor: { page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  await page.goto(site.origin);
  const go = (method: "pushState" | "replaceState", to: string) =>
    page
      .evaluate(([how, url]) => history[how as "pushState"](null, "", url), [method, to])
      .then(() => page.waitForTimeout(100));
  await go("pushState", "/pricing");
  await go("replaceState", "/pricing?currency=eur");
  await go("pushState", "/pricing?currency=eur#faq");
  await page.goBack();
  await page.goBack();
  await expect.poll(() => pathsOf(project)).toEqual(["screen_view /", "screen_view /pricing", "screen_view /"]);
});

test("a page restored from the back/forward cache counts as one more view, not two", async ({
  project,
  site,
  launchOptions,
}) => {
  // The page itself reports that it was restored, so that this cannot pass in a browser that reloads it.
  site.head = `${scriptSnippet({ clientId: project.write.clientId, origin: project.origin })}
    <script>addEventListener("pageshow", (event) => event.persisted && op.track("restored"))</script>`;
  // Playwright turns the cache off, and the shell has none; this browser has it.
  const browser = await chromium.launch({
    ...launchOptions,
    executablePath: findFullChromium() ?? undefined,
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  try {
    const page = await browser.newPage();
    const messages: string[] = [];
    page.on("console", (message) => messages.push(message.text()));
    await page.goto(site.origin);
    await page.goto(`${site.origin}/pricing`);
    await expect.poll(() => pathsOf(project)).toEqual(["screen_view /", "screen_view /pricing"]);
    // Not page.goBack(): Playwright waits for a load, which a restored page does not have.
    await page.evaluate(() => void setTimeout(() => history.back()));
    await expect.poll(async () => (await pathsOf(project)).slice(2).sort()).toEqual(["restored /", "screen_view /"]);
    expect(messages).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("under a strict Content-Security-Policy, moving the queue into a file of the site is enough", async ({
  project,
  site,
  visitor: { page },
}) => {
  const snippet = scriptSnippet({ clientId: project.write.clientId, origin: project.origin });
  site.bundle = /<script>([\s\S]*?)<\/script>/.exec(snippet)?.[1] ?? "";
  site.head = snippet.replace(/<script>[\s\S]*?<\/script>/, `<script src="/bundle.js"></script>`);
  site.headers["content-security-policy"] =
    `default-src 'self' data:; script-src 'self' ${project.origin}; connect-src ${project.origin}`;
  await page.goto(site.origin);
  await page.getByRole("button", { name: "Look around" }).click();
  await expect.poll(() => pathsOf(project)).toEqual(["screen_view /", "hero_clicked /"]);
});
