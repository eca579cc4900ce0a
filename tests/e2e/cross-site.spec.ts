import type { Request as Sent } from "@playwright/test";
import { prisma } from "@/lib/db/prisma";
import { grantScope } from "@/lib/scope";
import { createSegment } from "@/lib/segments/segments.store";
import { provision } from "@/scripts/admin/commands";
import { serveOnFreePort } from "../support/proxy";
import { logInOverHttp } from "./dashboard";
import { expect, test } from "./fixtures";

/**
 * What a page of somebody else can change with the cookies of a member who visits it. Browsers count another port of
 * our host, as they do a sibling domain, as the same site and send our cookies from there; from another host they
 * send none with a POST. The same page on our own origin shows that the action is one we would take; for routes
 * tests/app/actions-cross-site.test.ts does.
 */

const PASSWORD = "correct horse battery";

/** The page's form and the request that React sends for it, with the name `Mallory`; then what routes take. */
const attack = (origin: string, fields: string, action: string, list: string) => `<!doctype html>
<form method="post" enctype="multipart/form-data" action="${origin}/account">${fields}
  <input name="name" value="Mallory"><button>Win a prize</button></form>
<script>
  const send = (url, init) => fetch("${origin}" + url, { method: "POST", credentials: "include", ...init })
    .then(({ status }) => status, () => 0);
  window.attacks = async () => {
    const outcomes = [];
    for (const mode of ["cors", "no-cors"]) {
      const form = new FormData(document.forms[0]);
      outcomes.push(await send("/account", { mode, body: form }));
      outcomes.push(await send("/account", { mode, body: form, headers: { "next-action": "${action}" } }));
      for (const type of ["text/csv", "text/plain"])
        outcomes.push(await send("${list}", { mode, body: "user\\nmallory\\n", headers: { "content-type": type } }));
      outcomes.push(await send("/api/auth/signout", { mode, body: new URLSearchParams({ json: "true" }) }));
    }
    return outcomes;
  };
</script>`;

const SESSION = "next-auth.session-token";

test("a page of another origin changes nothing with a member's cookies, by form, fetch or action", async ({
  page,
  context,
  baseURL,
  instance: _,
}, { testId, retry }) => {
  const origin = baseURL as string;
  const owner = { email: `victim-${testId}-${retry}@throughline.example`, password: PASSWORD };
  const { projectId } = await provision({ ...owner, project: "Shop" }, () => {});
  const segmentId = await createSegment(grantScope(projectId, "system:test"), { name: "Beta", rule: null });
  const list = `/api/projects/${projectId}/segments/${segmentId}/members`;
  await context.addCookies(await logInOverHttp(owner));

  // The form as it is sent without scripts; its hidden fields name the action.
  const html = await (await context.request.get("/account")).text();
  const form = /<form(?:(?!<\/form>).)*name="name".*?<\/form>/s.exec(html)?.[0] ?? "";
  const fields = (form.match(/<input type="hidden"[^>]*>/g) ?? []).join("");
  const action = /[0-9a-f]{42}/.exec(fields)?.[0] ?? "";
  expect(action).not.toBe("");
  const body = attack(origin, fields, action, list);

  const stored = async () => ({
    name: (await prisma().member.findUniqueOrThrow({ where: { email: owner.email } })).name,
    logIns: await prisma().logIn.count({ where: { member: { email: owner.email } } }),
    listed: await prisma().segmentMember.count({ where: { projectId, segmentId } }),
  });
  const before = await stored();
  const elsewhere = await serveOnFreePort((_request, response) =>
    response.setHeader("content-type", "text/html").end(body),
  );
  const port = new URL(elsewhere.origin).port;
  for (const [from, sendsCookies] of [
    [`http://127.0.0.1:${port}`, false],
    [`http://localhost:${port}`, true],
  ] as const) {
    const posts: Sent[] = [];
    page.on("request", (sent) => sent.method() === "POST" && posts.push(sent));
    await page.goto(from);
    await page.evaluate(() => (window as unknown as { attacks(): Promise<number[]> }).attacks());
    await page.getByRole("button").click();
    await page.waitForURL(`${origin}/**`);
    // The others ended with the preflight.
    const arrived: Sent[] = [];
    for (const sent of posts) if (await sent.response()) arrived.push(sent);
    expect(arrived.map((sent) => new URL(sent.url()).pathname)).toEqual(
      expect.arrayContaining(["/account", list, "/api/auth/signout"]),
    );
    // Of a fetch from another origin DevTools reports no cookies.
    const submitted = arrived.find((sent) => sent.isNavigationRequest());
    const { cookie = "" } = (await submitted?.allHeaders()) ?? {};
    expect(cookie.includes(SESSION), from).toBe(sendsCookies);
    expect(await stored(), from).toEqual(before);
    page.removeAllListeners("request");
  }
  await elsewhere.close();

  // The same action from our own origin, which our policy would not let any page run. The list knows nobody to add.
  await page.route(`${origin}/login`, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("/login");
  await page.evaluate(() => (window as unknown as { attacks(): Promise<number[]> }).attacks());
  expect(await stored()).toEqual({ ...before, name: "Mallory" });
});
