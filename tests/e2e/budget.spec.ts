import { gzipSync } from "node:zlib";
import { becomeOperator } from "./dashboard";
import { expect, test } from "./fixtures";

/** What a page may load before it can be used, gzipped. */
const FIRST_LOAD_MAX_KIB = 200;

test("the users page and the user page load at most 200 KiB of script first", async ({ project, page }) => {
  await fetch(`${project.origin}/track`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "throughline-client-id": project.write.clientId,
      "throughline-client-secret": project.write.clientSecret,
    },
    body: JSON.stringify({ type: "track", payload: { name: "opened", profileId: "kim" } }),
  });
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
