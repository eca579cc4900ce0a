import { join } from "node:path";
import { type APIResponse, type Browser, chromium, type Page, type Response } from "@playwright/test";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "@/lib/auth/password";
import { findChromium } from "../../scripts/chromium.mjs";
import { freePort, startPostgres } from "../../scripts/postgres";
import { openGitHub } from "../support/github";
import { openHttps } from "../support/https";
import type { Listening } from "../support/proxy";
import { preparedDataDir, start } from "./instance";

/** The production build behind a TLS proxy, with a provider and a replica: all that sets cookies. */
let front: Listening;
let gitHub: Awaited<ReturnType<typeof openGitHub>>;
let browser: Browser;
let dataDir: string;

beforeAll(async () => {
  ({ dataDir } = await preparedDataDir());
  const port = await freePort();
  [gitHub, front] = [await openGitHub(), await openHttps(`http://localhost:${port}`)];
  await start({
    DATA_DIR: dataDir,
    PORT: String(port),
    APP_URL: front.origin,
    GITHUB_URL: gitHub.url,
    GITHUB_CLIENT_ID: "gh",
    GITHUB_CLIENT_SECRET: "gh secret",
    // Its readers are marked even while it is unreachable.
    READ_DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
  });
  browser = await chromium.launch({
    executablePath: findChromium() ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([front?.close(), gitHub?.close()]);
});

const PATIENT = { timeout: 30_000 };

async function sql(statement: string, values: unknown[]): Promise<void> {
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") }); // the one that the app runs
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  expect((await client.query(statement, values)).rowCount).toBe(1);
  await client.end();
  await postgres.stop();
}

const cookiesIn = async (answer: Response | APIResponse): Promise<string[]> => {
  const headers = await answer.headersArray();
  return headers.flatMap(({ name, value }) => (name.toLowerCase() === "set-cookie" ? value.split("\n") : []));
};

async function logIn(page: Page, password: string): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("E-mail").fill("ops@example.com");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

test("every cookie is sent over https only, to this very host, and hidden from scripts", async () => {
  gitHub.state.user.emails = [{ email: "ada@example.com", primary: true, verified: true }];
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: front.origin,
    timezoneId: "Asia/Tokyo",
  });
  const page = await context.newPage();
  const seen: Promise<string[]>[] = [];
  page.on("response", (answer) => seen.push(cookiesIn(answer)));

  await logIn(page, "wrong horse battery staple");
  await page.getByText("is incorrect").waitFor();
  const { csrfToken } = (await (await context.request.get("/api/auth/csrf")).json()) as { csrfToken: string };
  const form = { csrfToken, email: "ops@example.com", password: "wrong" };
  seen.push(cookiesIn(await context.request.post("/api/auth/callback/credentials", { form, maxRedirects: 0 })));
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect
    .poll(async () => (await context.cookies()).map(({ name }) => name), PATIENT)
    .toContain("__Host-throughline-passkey");
  await page.goto("/login");
  await page.getByRole("button", { name: "Log in with GitHub" }).click();
  await page.waitForURL("**/projects/new");
  await context.clearCookies();
  await logIn(page, "correct horse battery staple");
  // Or its answer would set the session's cookie after all cookies are cleared, below.
  await page.waitForURL("**/users");
  const zone = async () => (await context.cookies()).find(({ name }) => name.endsWith("throughline-zone"));
  await expect
    .poll(zone, PATIENT)
    .toMatchObject({ name: "__Host-throughline-zone", secure: true, path: "/", sameSite: "Lax" });

  await context.clearCookies();
  await sql(
    "INSERT INTO second_factors (member_id, secret, confirmed_at) SELECT id, '', now() FROM members WHERE email = $1",
    ["ada@example.com"],
  );
  await page.goto("/login");
  await page.getByRole("button", { name: "Log in with GitHub" }).click();
  await page.waitForURL("**/login/code");
  await sql("UPDATE members SET password_hash = $2 WHERE email = $1", [
    "ops@example.com",
    await hashPassword("password12345"),
  ]);
  await logIn(page, "password12345");
  await page.waitForURL("**/login/password");
  await context.close();

  const set = (await Promise.all(seen)).flat();
  expect([...new Set(set.map((cookie) => cookie.split("=")[0]))].sort()).toEqual([
    "__Host-next-auth.callback-url",
    "__Host-next-auth.csrf-token",
    "__Host-next-auth.pkce.code_verifier",
    "__Host-next-auth.session-token",
    "__Host-next-auth.state",
    "__Host-throughline-at-provider",
    "__Host-throughline-changed",
    "__Host-throughline-code-step",
    "__Host-throughline-device",
    "__Host-throughline-passkey",
    "__Host-throughline-password-step",
  ]);
  for (const cookie of set) {
    for (const attribute of [/; Secure/i, /; HttpOnly/i, /; SameSite=Lax/i, /; Path=\/(?:;|$)/i])
      expect(cookie).toMatch(attribute);
    expect(cookie).not.toMatch(/; Domain=/i);
  }
});
