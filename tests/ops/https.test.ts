import { request as httpRequest } from "node:http";
import type { Browser, BrowserContext, Cookie, Page } from "@playwright/test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium";
import { openHttps } from "../support/https";
import type { Listening } from "../support/proxy";
import { type App, preparedDataDir, start } from "./instance";

/** The production build behind a TLS proxy, with a real browser: the point is how it treats `__Host-` cookies. */
let app: App;
let proxy: Listening;
let browser: Browser;
let projectId: string;

beforeAll(async () => {
  const { dataDir, project } = await preparedDataDir();
  app = await start({ DATA_DIR: dataDir });
  projectId = project.projectId;
  proxy = await openHttps(app.url);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await proxy?.close();
});

const PATIENT = { timeout: 30_000 };

/** Standard error, without the operator's warning about this very proxy. */
const faults = () =>
  app
    .stderr()
    .split("\n")
    .filter((line) => line !== "" && !line.includes("TRUSTED_PROXIES"));

const SESSION = "__Host-next-auth.session-token";

/** Without transitions, whose frames the processor would draw. */
const newContext = (): Promise<BrowserContext> =>
  browser.newContext({ ignoreHTTPSErrors: true, baseURL: proxy.origin, reducedMotion: "reduce" });

async function logIn(page: Page, next = ""): Promise<void> {
  await page.goto(`/login${next}`);
  await page.getByLabel("E-mail").fill("ops@example.com");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
}

async function openLogIn() {
  const context = await newContext();
  const page = await context.newPage();
  await logIn(page);
  const cookies = async (): Promise<Cookie[]> => (await context.cookies()).filter(({ name }) => name === SESSION);
  return { context, page, cookies };
}

test("logging in sets a secure cookie without failed requests to itself; logging out ends both cookie and log-in", async () => {
  const { context, page, cookies } = await openLogIn();
  const kept = await cookies();
  expect(kept).toMatchObject([{ name: SESSION, secure: true, httpOnly: true, sameSite: "Lax", path: "/" }]);
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));

  await page.getByRole("button", { name: /ops/i }).last().click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL(/\/login$/);
  expect(await cookies()).toEqual([]);
  expect(urls.length).toBeGreaterThan(0);
  expect(urls.filter((url) => url.includes(kept[0]?.value ?? ""))).toEqual([]);

  await context.addCookies(kept);
  for (const path of [`/${projectId}/users`, `/${projectId}/settings`]) {
    await page.goto(path);
    await page.waitForURL(/\/login\?next=/);
  }
  const session = await context.request.get("/api/auth/session");
  expect(await session.json()).toEqual({});
  expect(session.headers()["set-cookie"]).toMatch(/^__Host-next-auth\.session-token=;/m);
  await context.close();
  expect(faults()).toEqual([]);
});

test("NextAuth's own log-out ends the log-in, and its endpoints lead nowhere else", async () => {
  const { context, page, cookies } = await openLogIn();
  const kept = await cookies();
  const { csrfToken } = (await (await context.request.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const out = await context.request.post("/api/auth/signout", {
    form: { csrfToken, callbackUrl: "/..//evil.example/x" },
    maxRedirects: 0,
  });
  expect([out.status(), out.headers().location]).toEqual([302, "/"]);
  await context.addCookies(kept);
  await page.goto(`/${projectId}/users`);
  await page.waitForURL(/\/login\?next=/);
  for (const path of [
    "signin?callbackUrl=//evil.example",
    "error?error=Callback",
    "signout?callbackUrl=//evil.example",
  ]) {
    const answer = await context.request.get(`/api/auth/${path}`, { maxRedirects: 0 });
    expect(answer.headers().location ?? "", path).toMatch(/^\/(?!\/)|^$/);
    expect(decodeURIComponent(answer.headers().location ?? ""), path).not.toContain("evil");
  }
  const endless = { csrfToken, email: "a".repeat(100_000), password: "x" };
  expect((await context.request.post("/api/auth/callback/credentials", { form: endless })).status()).toBe(413);
  expect((await context.request.post("/api/auth/_log", { data: { level: "error", code: "mine" } })).status()).toBe(404);
  await context.close();
  expect(faults()).toEqual([]);
});

test("a link to log in that names another host leads to a page of ours", async () => {
  const context = await newContext(); // one for all, which has compiled our scripts
  const page = await context.newPage();
  for (const path of ["/..//evil.example/x", "//evil.example", "/\\evil.example", "/%2e%2e//evil.example"]) {
    const next = `?next=${encodeURIComponent(path)}`;
    await logIn(page, next);
    expect(new URL(page.url()).origin, path).toBe(proxy.origin);
    await page.goto(`/login${next}`); // already logged in
    await page.waitForURL(/\/[0-9a-f-]{36}\//);
    expect(new URL(page.url()).origin, path).toBe(proxy.origin);
    await context.clearCookies();
  }
  await context.close();
});

test("logging in needs no JavaScript", async () => {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: proxy.origin,
    javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto("/login");
  await page.getByLabel("E-mail").fill("ops@example.com");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  await context.close();
});

test("after many wrong passwords the right one still works: at once on a known device, elsewhere after a puzzle", async () => {
  const { context, page } = await openLogIn();
  await page.getByRole("button", { name: /ops/i }).last().click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await page.waitForURL(/\/login$/);

  const stranger = await newContext();
  const elsewhere = await stranger.newPage();
  await elsewhere.goto("/login");
  const attempt = async (at: Page, password: string) => {
    await at.getByLabel("E-mail").fill("ops@example.com");
    await at.getByLabel("Password").fill(password);
    await at.getByRole("button", { name: "Log in" }).click();
  };
  const posts: string[] = [];
  elsewhere.on("request", (request) => request.method() === "POST" && posts.push(request.postData() ?? ""));
  for (let i = 0; i < 12; i++) {
    const [before, failed] = [posts.length, elsewhere.getByRole("alert").filter({ hasText: "is incorrect" })];
    await attempt(elsewhere, `wrong password ${i}`);
    await expect.poll(() => posts.length, PATIENT).toBeGreaterThan(before);
    await expect.poll(() => elsewhere.getByRole("button", { name: "Log in" }).isEnabled(), PATIENT).toBe(true);
    await failed.waitFor();
  }
  await attempt(elsewhere, "correct horse battery staple");
  await elsewhere.waitForURL(/\/[0-9a-f-]{36}\//);
  expect(posts.some((body) => body.includes('_proof"'))).toBe(true);

  const mine: string[] = [];
  page.on("request", (request) => request.method() === "POST" && mine.push(request.postData() ?? ""));
  await attempt(page, "correct horse battery staple");
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  expect(mine.filter((body) => body.includes('_password"'))).toHaveLength(1); // no puzzle, no second try
  await Promise.all([stranger.close(), context.close()]);
});

test("a proxy missing in TRUSTED_PROXIES is reported to the operator, in the log and in Settings", async () => {
  const { context, page } = await openLogIn();
  await page.goto(`/${projectId}/settings`);
  await page.getByRole("note").filter({ hasText: "TRUSTED_PROXIES" }).waitFor();
  expect(app.stderr().match(/TRUSTED_PROXIES \(now 0\) does not count/g)).toHaveLength(1);
  await context.close();
});

test.each([
  "/.git/config",
  "/.git/",
  "/.env",
  "/.DS_Store",
  "/package.json",
  "/server.ts",
  "/.next/BUILD_ID",
  "/_next/static/",
  "/_next/static/chunks/",
  "/_next/../package.json",
  "/_next/static/%2e%2e/%2e%2e/BUILD_ID",
  "/screenshots/",
  "/public/",
])("no folder is listed, and no file of the source or of git is served: %s", async (path) => {
  const status = await new Promise((resolve) => {
    const { hostname, port } = new URL(app.url);
    httpRequest({ hostname, port, path }, (answer) => resolve(answer.resume().statusCode)).end();
  });
  // 307: to the log-in, as for every unknown path below a project.
  expect([307, 308, 400, 404]).toContain(status);
});

test("HSTS is sent over https and not over plain http", async () => {
  const context = await newContext();
  const pages = ["/login", "/api/auth/session", "/docs"];
  const inFrontOfNext = ["/track", "/api/batch", "/api/health/live", "/api/health/ready", "/api/metrics"];
  for (const path of [...pages, ...inFrontOfNext])
    for (const method of ["GET", "POST"]) {
      const answer = await context.request.fetch(path, { method });
      expect(answer.headers()["strict-transport-security"], `${method} ${path}`).toBe("max-age=31536000");
      const plain = await fetch(app.url + path, { method });
      expect(plain.headers.get("strict-transport-security"), `${method} ${path}`).toBeNull();
    }
  await context.close();
});

/** What decides over scripts and embedding, whatever the policy's nonce and hashes are. */
const POLICY = {
  rendered:
    /script-src 'nonce-[\w+/]{22}==' 'strict-dynamic'(?: 'sha256-[\w+/]{43}=')*; .*frame-ancestors 'none'; form-/,
  kept: /script-src(?: 'sha256-[\w+/]{43}=')+; .*frame-ancestors 'none'; form-action/,
  other: /^frame-ancestors 'none'; base-uri 'self'; object-src 'none'; img-src 'self' data:$/,
};

const GUARDS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "strict-origin-when-cross-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
  "cross-origin-opener-policy": "same-origin",
  "x-powered-by": null,
};

test.each<[string, RegExp]>([
  ["/login", POLICY.rendered],
  ["/", POLICY.kept],
  ["/", POLICY.kept], // from memory
  ["/docs", POLICY.kept],
  ["/nothing", POLICY.rendered],
  ["/api/v1/profiles", POLICY.other],
  ["/api/auth/session", POLICY.other],
  ["/favicon.ico", POLICY.other],
])("%s is sent with every header that guards it", async (path, policy) => {
  const { headers } = await fetch(app.url + path, { redirect: "manual" });
  expect(headers.get("content-security-policy")).toMatch(policy);
  expect(Object.fromEntries(Object.keys(GUARDS).map((name) => [name, headers.get(name)]))).toEqual(GUARDS);
});
