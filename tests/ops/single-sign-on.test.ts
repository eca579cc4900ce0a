import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort, startPostgres } from "../../scripts/postgres";
import { launchChromium } from "../support/chromium";
import { openGitHub } from "../support/github";
import { CLIENT, type Issuer, openIssuer } from "../support/oidc-issuer";
import { type App, preparedDataDir, start } from "./instance";

/** The production build with a real OpenID Connect issuer (oidc-provider) and a GitHub, in a real browser. */
let app: App;
let issuer: Issuer;
let gitHub: Awaited<ReturnType<typeof openGitHub>>;
let browser: Browser;
let redirectUri: string;
let projectId: string;
let dataDir: string;

beforeAll(async () => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  redirectUri = `${url}/api/auth/callback/oidc`;
  [issuer, gitHub] = [await openIssuer(redirectUri), await openGitHub()];
  const prepared = await preparedDataDir();
  dataDir = prepared.dataDir;
  projectId = prepared.project.projectId;
  app = await start({
    DATA_DIR: dataDir,
    PORT: String(port),
    APP_URL: url,
    OIDC_ISSUER: issuer.url,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    OIDC_NAME: "Acme ID",
    GITHUB_URL: gitHub.url,
    GITHUB_CLIENT_ID: "gh",
    GITHUB_CLIENT_SECRET: "gh secret",
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([issuer?.close(), gitHub?.close()]);
});

let number = 0;
/** Somebody new at the issuer. */
function somebody(changes: object = {}): { sub: string; email: string } {
  const sub = `user${++number}`;
  const email = `${sub}@example.com`;
  issuer.users.set(sub, { email, email_verified: true, name: `Person ${number}`, ...changes });
  return { sub, email };
}

async function newPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: app.url, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return page;
}

async function logInAs(page: Page, sub: string, path = "/login"): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: /with Acme ID$/ }).click();
  await page.getByRole("link", { name: `Continue as ${sub}`, exact: true }).click();
}

async function passwordLogIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto("/login?next=/account");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await page.waitForURL(`${app.url}/account`);
}

test("a newcomer gets an account, is listed with their way in, comes back to the same one, and can be logged out from elsewhere", async () => {
  const { sub, email } = somebody();
  const [here, there] = [await newPage(), await newPage()];
  await logInAs(here, sub);
  await here.waitForURL("**/projects/new");
  await logInAs(there, sub, "/login?next=/account");
  await there.waitForURL(`${app.url}/account`);
  await here.goto("/account");
  await here.getByText(email).first().waitFor();
  await here.getByText("with Acme ID, since").first().waitFor();
  await here.getByRole("button", { name: "End all other log-ins" }).click();
  await here.getByRole("button", { name: "End all other log-ins" }).waitFor({ state: "detached" });
  await there.reload();
  await there.waitForURL("**/login?next=%2Faccount");
  expect((await there.context().cookies()).filter(({ name }) => /state|nonce|pkce|at-provider/.test(name))).toEqual([]);

  await here.getByRole("button", { name: "Remove the log-in with Acme ID" }).click();
  await here.getByText("This is your only way to log in").waitFor();
  await Promise.all([here.context().close(), there.context().close()]);
});

test("an address that the issuer did not verify opens nothing", async () => {
  const { sub } = somebody({ email: "ops@example.com", email_verified: false });
  const page = await newPage();
  await logInAs(page, sub);
  await page.getByText("is not confirmed there").waitFor();
  await page.goto("/account");
  await page.waitForURL("**/login?next=%2Faccount");
  await page.context().close();
});

test("a password account whose address was never confirmed is not taken over; its owner links it on the account page", async () => {
  const { sub } = somebody({ email: "ops@example.com" });
  const page = await newPage();
  await logInAs(page, sub);
  await page.getByText("nobody confirmed that the address is theirs").waitFor();
  await passwordLogIn(page, "ops@example.com", "correct horse battery staple");
  const section = page.getByRole("region", { name: "Linked log-ins" });
  await page.context().clearCookies({ name: /^_/ }); // their session at the issuer
  await section.getByRole("button", { name: "Link Acme ID" }).click();
  await page.getByRole("link", { name: "Continue as nobody" }).click();
  await section.getByText("it was cancelled").waitFor();
  await section.getByRole("button", { name: "Link Acme ID" }).click();
  await page.getByRole("link", { name: `Continue as ${sub}`, exact: true }).click();
  await section.getByRole("button", { name: "Remove the log-in with Acme ID" }).waitFor();
  const other = await newPage();
  await logInAs(other, sub);
  await other.waitForURL(/\/[0-9a-f-]{36}\//);
  await section.getByRole("button", { name: "Remove the log-in with Acme ID" }).click();
  await section.getByRole("button", { name: "Remove the log-in with Acme ID" }).waitFor({ state: "detached" });
  await other.goto("/account");
  await other.waitForURL("**/login?next=%2Faccount");
  await Promise.all([page.context().close(), other.context().close()]);
});

test("an invitation accepted through the issuer leads into its organization", async () => {
  const owner = await newPage();
  await passwordLogIn(owner, "ops@example.com", "correct horse battery staple");
  await owner.goto(`/${projectId}/settings/team`);
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const link = (await owner.getByText(/\/invite\//).textContent()) ?? "";
  const { sub } = somebody();
  const page = await newPage();
  await logInAs(page, sub, link);
  await page.waitForURL(`**/${projectId}/**`);
  await Promise.all([owner.context().close(), page.context().close()]);
});

test("a second factor is asked for after the issuer, too", async () => {
  const { sub } = somebody();
  const page = await newPage();
  await logInAs(page, sub, "/login?next=/account");
  await page.waitForURL("**/projects/new");
  await page.goto("/account");
  const section = page.getByRole("region", { name: "Second factor" });
  await section.getByRole("button", { name: "Set up" }).click();
  const key = ((await section.locator("code").textContent()) ?? "").replaceAll(" ", "");
  const phone = new TOTP({ secret: Secret.fromBase32(key) });
  await section.getByLabel("Code").fill(phone.generate());
  await section.getByRole("button", { name: "Turn on" }).click();
  const recovery = (await section.getByRole("listitem").first().textContent()) ?? "";

  const other = await newPage();
  await logInAs(other, sub, "/login?next=/account");
  await other.waitForURL("**/login/code");
  await other.goto("/account");
  await other.waitForURL("**/login?next=%2Faccount");
  await other.goto("/login/code");
  await other.getByLabel("Code").fill("000000");
  await other.getByRole("button", { name: "Log in" }).click();
  await other.getByText("That is neither the code").waitFor();
  await other.getByLabel("Code").fill(recovery);
  await other.getByRole("button", { name: "Log in" }).click();
  await other.waitForURL(`${app.url}/account`);
  await Promise.all([page.context().close(), other.context().close()]);
});

/** As if everybody had logged in an hour ago. */
async function ageLogIns(): Promise<void> {
  const postgres = await startPostgres({ folder: join(dataDir, "postgres") }); // the one that the app runs
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("UPDATE log_ins SET confirmed_at = now() - interval '1 hour'");
  await client.end();
  await postgres.stop();
}

test("where an old log-in is not enough, a fresh one at the issuer is, and only the member's own", async () => {
  const [{ sub }, other] = [somebody(), somebody()];
  const page = await newPage();
  await logInAs(page, sub, "/login?next=/account");
  await page.waitForURL("**/projects/new");
  await ageLogIns();
  await page.goto("/account");
  await page.getByLabel("New password").fill("seven quiet herons by the weir");
  await page.getByRole("button", { name: "Choose password" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const goOn = dialog.getByRole("button", { name: "I have confirmed, continue" });
  const confirmAs = async (who: string): Promise<Page> => {
    const opened = page.context().waitForEvent("page");
    await dialog.getByRole("link", { name: "Confirm with Acme ID" }).click();
    const tab = await opened;
    await tab.getByRole("button", { name: "Continue to Acme ID" }).click();
    await tab.getByRole("link", { name: `Continue as ${who}`, exact: true }).click();
    return tab;
  };
  await (await confirmAs(other.sub)).getByText("did not work").waitFor();
  await goOn.click();
  await dialog.getByRole("alert").waitFor();
  await (await confirmAs(sub)).getByText("Confirmed. Close this tab").waitFor();
  await goOn.click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Change password" }).waitFor();
  await page.context().close();
});

test("a callback with a wrong state, without cookies or with somebody else's code logs nobody in", async () => {
  const { sub } = somebody();
  const page = await newPage();
  await page.goto("/login");
  await page.getByRole("button", { name: "Log in with Acme ID" }).click();
  const href = await page.getByRole("link", { name: `Continue as ${sub}`, exact: true }).getAttribute("href");
  let callback = new URL(href ?? "", page.url());
  // The issuer's redirects are followed up to ours.
  while (!callback.href.startsWith(redirectUri)) {
    const answer = await page.context().request.get(callback.href, { maxRedirects: 0 });
    callback = new URL(answer.headers().location ?? "", callback);
  }
  const stranger = await newPage();
  const wrong = new URL(callback);
  wrong.searchParams.set("state", "x".repeat(43));
  const attempts: [Page, string][] = [
    [stranger, callback.href],
    [page, wrong.href],
    [page, `${redirectUri}?error=%3Cscript%3E&error_description=x`],
  ];
  for (const [who, href] of attempts) {
    const answer = await who.goto(href);
    expect(answer?.status()).toBe(200);
    expect(who.url()).toBe(`${app.url}/login?fault=failed&with=oidc`);
    await who.getByText("did not work").waitFor();
    await who.goto("/account");
    await who.waitForURL("**/login?next=%2Faccount");
  }
  await Promise.all([page.context().close(), stranger.context().close()]);
});

test("while the issuer is down the log-in page says so, and passwords still work", async () => {
  const port = Number(new URL(issuer.url).port);
  await issuer.close();
  const page = await newPage();
  await page.goto("/login");
  await page.getByRole("button", { name: "Log in with Acme ID" }).click();
  await page.getByText("Acme ID cannot be reached").waitFor();
  await passwordLogIn(page, "ops@example.com", "correct horse battery staple");
  expect(app.stderr()).toMatch(/next-auth: SIGNIN_OAUTH_ERROR/);
  issuer = await openIssuer(redirectUri, port);
  await page.context().close();
});

test("GitHub lets somebody in by the verified primary address only", async () => {
  gitHub.state.user = {
    id: 7,
    login: "grace",
    name: null,
    emails: [
      { email: "grace@example.com", primary: true, verified: false },
      { email: "ops@example.com", primary: false, verified: true },
    ],
  };
  const page = await newPage();
  await page.goto("/login?next=/account");
  await page.getByRole("button", { name: "Log in with GitHub" }).click();
  await page.getByText("is not confirmed there").waitFor();
  gitHub.state.user.emails[0] = { email: "grace@example.com", primary: true, verified: true };
  await page.getByRole("button", { name: "Log in with GitHub" }).click();
  await page.waitForURL("**/projects/new");
  await page.goto("/account");
  await page.getByText("grace@example.com").first().waitFor();
  await page.context().close();
});

test("no fault reached the log but the issuer's absence, and no secret did", () => {
  const lines = app
    .stderr()
    .split("\n")
    .filter((line) => line !== "" && !/^\s+at |^Building /.test(line));
  expect(lines.filter((line) => !line.includes("SIGNIN_OAUTH_ERROR"))).toEqual([]);
  for (const secret of [CLIENT.secret, "gh secret", "gho_x"]) expect(app.stderr()).not.toContain(secret);
});
