import { gzipSync } from "node:zlib";
import { becomeOperator, sendFromServer } from "./dashboard";
import { expect, test } from "./fixtures";

/** What a page may load before it can be used, gzipped. */
const FIRST_LOAD_MAX_KIB = 200;

test("the users page and the user page load at most 200 KiB of script first", async ({ project, page }) => {
  await sendFromServer(project, { type: "track", payload: { name: "opened", profileId: "kim" } });
  const home = `${project.origin}/${project.projectId}`;
  await becomeOperator(page);
  for (const path of ["/users", "/users/u%3Akim"]) {
    const html = await (await page.request.get(home + path)).text();
    // Scripts in the document itself; those marked noModule are for obsolete browsers.
    const sources = [...html.matchAll(/<script src="([^"]+)"([^>]*)>/g)].flatMap(([, source, rest]) =>
      source && !/nomodule/i.test(rest ?? "") ? [source] : [],
    );
    expect(sources.length).toBeGreaterThan(3);
    let bytes = 0;
    for (const source of new Set(sources)) {
      bytes += gzipSync(await (await page.request.get(project.origin + source)).body()).length;
    }
    expect(bytes / 1024, `${path}, KiB`).toBeLessThanOrEqual(FIRST_LOAD_MAX_KIB);
  }
});

test("only the page whose link somebody points at is prefetched", async ({ project, page }) => {
  await becomeOperator(page);
  const ahead: string[] = [];
  page.on("request", (request) => {
    if (request.headers()["next-router-prefetch"]) ahead.push(new URL(request.url()).pathname);
  });
  await page.goto(`/${project.projectId}/settings`);
  await page.waitForLoadState("networkidle");
  expect(ahead).toEqual([]);

  const alerts = page.getByRole("link", { name: "Alerts", exact: true });
  await alerts.hover();
  await expect.poll(() => ahead.length).toBeGreaterThan(0);
  await page.waitForLoadState("networkidle");
  expect([...new Set(ahead)]).toEqual([`/${project.projectId}/settings/alerts`]);
  await alerts.click();
  await expect(page.getByRole("heading", { name: "Alerts", level: 2 }).or(page.getByText("No alerts"))).toBeVisible();
});
