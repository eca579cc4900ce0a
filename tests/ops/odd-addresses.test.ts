import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "@playwright/test";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { someCases } from "../support/cases";
import { launchChromium } from "../support/chromium";
import { type App, preparedDataDir, start } from "./instance";

/**
 * Any URL gives a page, a file or a 4xx: every page and every route of the dashboard, from the files themselves, with
 * what Postgres cannot hold or look for in each parameter the code reads.
 */
const root = new URL("../..", import.meta.url).pathname;
const PERSON = "auth0|7%7C4";
let app: App;
let dataDir: string;
let browser: Browser;
let projectId: string;
let cookie: string;
let secret: Record<string, string>;
const event = (profileId: string) => ({
  type: "track",
  payload: { name: "click", profileId, properties: { __path: "https://x.example/a" } },
});

beforeAll(async () => {
  const { dataDir: folder, project: made } = await preparedDataDir();
  dataDir = folder;
  app = await start({ DATA_DIR: dataDir });
  projectId = made.projectId;
  const properties = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`p${i}`, i]));
  secret = {
    "content-type": "application/json",
    "throughline-client-id": made.write.clientId,
    "throughline-client-secret": made.write.clientSecret,
  };
  const batch = [event(PERSON), { type: "identify", payload: { profileId: PERSON, properties } }];
  await fetch(`${app.url}/track`, { method: "POST", headers: secret, body: JSON.stringify({ batch }) });
  browser = await launchChromium();
  const page = await browser.newPage({ baseURL: app.url });
  await page.goto("/login");
  await page.getByLabel("E-mail").fill("ops@example.com");
  await page.getByLabel("Password").fill("correct horse battery staple");
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL(/\/[0-9a-f-]{36}\//);
  cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
});
afterAll(() => browser?.close());

const person = encodeURIComponent(`u:${PERSON}`);
/** "app/(app)/[project]/users/[userId]/page.tsx" → the address of our person's page. */
const addressOf = (file: string) =>
  file
    .replace(/^app|\/\(\w+\)|\/(page|route)\.tsx?$/g, "")
    .replace("[project]", projectId)
    .replace("[userId]", person)
    .replace("[ref]", person)
    .replace(/\[(segmentId|sessionId|jobId|id)\]/, randomUUID());
const addresses = () =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", "app/**/page.tsx", "app/**/route.ts"], {
    cwd: root,
    encoding: "utf8",
  })
    .trim()
    .split("\n")
    .filter((file) => /\[project\]|app\/u\/|\(auth\)/.test(file) && !/\[\.\.\./.test(file))
    .map(addressOf);

const sourcesOf = (...patterns: string[]) =>
  execFileSync("git", ["ls-files", "-co", "--exclude-standard", ...patterns], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n")
    .filter((file) => existsSync(join(root, file)))
    .map((file) => readFileSync(join(root, file), "utf8"));
/** How the code names what it reads from a query; what it takes apart in other ways is listed. */
const READ = [
  /\b(\w+): parseAs/g,
  /(?:searchParams|query|params)\.get(?:All)?\("(\w+)"\)/g,
  /searchParams: Promise<\{([^}]*)\}>/g,
];
const PARAMETERS = [
  ...new Set([
    ...`cursor filter search q sort tab window days from to on since till until event names page prop who source country
      device columns order next email id project key field entry pages of with after limit`.split(/\s+/),
    ...sourcesOf("app/**/*.ts", "app/**/*.tsx", "components/**/*.ts", "components/**/*.tsx", "lib/**/*.ts").flatMap(
      (text) =>
        READ.flatMap((pattern) =>
          [...text.matchAll(pattern)].flatMap(([, names = ""]) => names.match(/\w+(?=\??:|$)/g) ?? []),
        ),
    ),
  ]),
];
/** Parameters of one request. */
const AT_ONCE = 8;
const base64 = (text: string) => Buffer.from(text).toString("base64url");
const VALUES = [
  "%00",
  "a%00b",
  "%ED%A0%80",
  "9999-12-31",
  "99999999999999999",
  "x".repeat(3_000),
  base64('["people",1,"a\\u0000b",1]'),
  base64('["\\ud800",1,1]'),
  "and(prop(%00,text,oneOf,x))",
];

/** An error's digest, a number, in a page's stream: in HTML, and as the router reads it. */
const FAILED_LATER = /data-dgst="\d|[0-9a-f]:E\{"digest":"\d/;

/** What Next's router asks with: the same reads on the server, in half the processor time without the HTML. */
const NAVIGATING = { rsc: "1", "next-url": "/" };

/** The hash of NAVIGATING, which Next's router adds to addresses, and Next itself where it is missing. */
let routerHash = "";

async function statusOf(path: string, headers: Record<string, string> = {}): Promise<number> {
  const abort = new AbortController();
  const ask = (url: string) =>
    fetch(url, { headers: { cookie, ...headers }, redirect: "manual", signal: abort.signal });
  const hashed = headers.rsc && routerHash ? `${path.includes("?") ? "&" : "?"}_rsc=${routerHash}` : "";
  let response = await ask(app.url + path + hashed);
  const to = new URL(response.headers.get("location") ?? "", app.url);
  const expected = to.searchParams.get("_rsc");
  if (headers.rsc && expected !== null && expected !== routerHash) {
    routerHash = expected;
    response = await ask(to.href);
  }
  const read = response.headers.get("content-type")?.startsWith("text/event-stream") ? "" : await response.text();
  abort.abort();
  // A page that began may fail later, behind its 200: all do that are requested as a router does.
  if (FAILED_LATER.test(read)) return 500;
  return read.includes("NEXT_HTTP_ERROR_FALLBACK;404") ? 404 : response.status;
}

/** Requests all of `paths`, four at a time; returns those answered with a 500 or not at all. */
async function failing(paths: readonly string[], headers?: Record<string, string>): Promise<string[]> {
  const failed: string[] = [];
  const left = [...paths];
  const ask = async () => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const status = await statusOf(path, headers).catch((error: Error) => error.message);
      if (typeof status !== "number" || status >= 500) failed.push(`${status} ${path}`);
    }
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  return failed.sort();
}

test("no parameter of any page or route causes a 500", async () => {
  const pages = addresses();
  expect(pages.length).toBeGreaterThan(35);
  expect(PARAMETERS).toEqual(expect.arrayContaining(["nopages", "until", "cursor"])); // read from the source
  // All parameters at once would stop at the first: so a few at a time, of each page in other groups, values in turn.
  const narrow = pages.flatMap((page, at) => {
    const turned = [...PARAMETERS.slice(at % AT_ONCE), ...PARAMETERS.slice(0, at % AT_ONCE)];
    return turned
      .flatMap((_, from) => (from % AT_ONCE === 0 ? [turned.slice(from, from + AT_ONCE)] : []))
      .map(
        (names, group) =>
          `${page}?${names.map((name, index) => `${name}=${VALUES[(at + group + index) % VALUES.length]}`).join("&")}`,
      );
  });
  // And values in all parameters at once, of each page a third of them, so that each parameter meets each value.
  const full = pages.flatMap((page, at) =>
    VALUES.filter((_, index) => (index + at) % VALUES.length < someCases(3, VALUES.length)).map(
      (value) => `${page}?${PARAMETERS.map((name) => `${name}=${value.slice(0, 200)}`).join("&")}`,
    ),
  );
  for (const paths of [narrow, full]) {
    expect(await failing(paths, NAVIGATING)).toEqual([]);
    expect(await failing(paths.filter((_, index) => index % 10 === 0))).toEqual([]);
  }
}, 300_000);

test("a page that fails behind its 200 counts as a 500, requested either way", async () => {
  const { databaseUrl } = JSON.parse(readFileSync(join(dataDir, "instance.json"), "utf8")) as { databaseUrl: string };
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("ALTER TABLE notes RENAME TO notes_away");
  try {
    for (const headers of [{}, NAVIGATING])
      expect(await statusOf(`/${projectId}/users/${person}/notes`, headers), JSON.stringify(headers)).toBe(500);
  } finally {
    await client.query("ALTER TABLE notes_away RENAME TO notes");
    await client.end();
  }
});

test("no segment of a path causes a 500", async () => {
  const words = ["%00", "u%3A%00", "u%3A%ED%A0%80", "%2500", `u%3A${"x".repeat(3_000)}`, "..%2f..%2fx"];
  const paths = words.flatMap((word) => [
    `/${word}`,
    `/${projectId}/users/${word}`,
    `/${projectId}/users/${word}/sessions`,
    `/${projectId}/sessions/${word}`,
    `/${projectId}/segments/${word}`,
    `/${projectId}/segments/${word}/export`,
    `/${projectId}/erasures/${word}`,
    `/api/live/${projectId}/users/${word}?since=1`,
    `/api/live/${projectId}/account?id=${word}&since=1`,
    `/api/v1/profiles/${word}`,
    `/docs/${word}`,
  ]);
  expect(await failing(paths)).toEqual([]);
});

test("a path that begins like a host is redirected to the page on this host", async () => {
  const { status, headers } = await fetch(`${app.url}//${projectId}//users?q=a//b`, { redirect: "manual" });
  expect([status, headers.get("location")]).toEqual([308, `/${projectId}/users?q=a//b`]);
  const page = await browser.newPage({ baseURL: app.url });
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  await page.goto(`${app.url}//login`);
  await page.getByRole("button", { name: "Use a passkey" }).waitFor();
  expect([new URL(page.url()).pathname, faults]).toEqual(["/login", []]);
  await page.close();
});

test("events arrive although the base URL of their SDK ends in a slash", async () => {
  for (const path of ["//track", "/api//track"]) {
    const preflight = { method: "OPTIONS", headers: { origin: "https://shop.example" } };
    expect((await fetch(app.url + path, preflight)).status, path).toBe(204);
    const sent = await fetch(app.url + path, { method: "POST", headers: secret, body: JSON.stringify(event(PERSON)) });
    expect(sent.status, path).toBe(200);
  }
});

test("a router state that Next cannot read is refused, and names the header", async () => {
  const answerTo = (state: string) =>
    fetch(`${app.url}/${projectId}/users`, { headers: { cookie, rsc: "1", "next-router-state-tree": state } });
  for (const state of ["garbage", "%E0%A4%A", "%5B1%5D", "x".repeat(8_000)]) {
    const refused = await answerTo(state);
    expect([refused.status, await refused.json()], state.slice(0, 20)).toMatchObject([
      400,
      { error: { code: "bad_request", field: "next-router-state-tree" } },
    ]);
  }
  expect((await answerTo(encodeURIComponent('["",{}]'))).status).toBeLessThan(400);
});

test("the API names the parameter that contains a NUL", async () => {
  const response = await fetch(`${app.url}/api/v1/profiles?search=a%00b`);
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { error: { code: "bad_request", field: "search" } },
  ]);
});

test("all pages, files and streams of a person whose id contains percent signs work", async () => {
  for (const tab of [
    "",
    "/sessions",
    "/properties",
    "/notes",
    "/identities",
    "/privacy",
    "/export",
    "/sessions/export",
  ])
    expect([tab, await statusOf(`/${projectId}/users/${person}${tab}`)]).toEqual([tab, 200]);
  expect(await statusOf(`/api/live/${projectId}/users/${person}?since=${Date.now()}`)).toBe(200);
});

test("an erased person's URL says so, and an unknown one says that nobody has the id", async () => {
  const gone = `${app.url}/api/v1/profiles/${encodeURIComponent("u:gone")}`;
  await fetch(`${app.url}/track`, { method: "POST", headers: secret, body: JSON.stringify(event("gone")) });
  expect((await fetch(gone, { method: "DELETE", headers: secret })).status).toBe(200);
  const page = async (ref: string) =>
    (await fetch(`${app.url}/${projectId}/users/${encodeURIComponent(ref)}`, { headers: { cookie } })).text();
  const erased = await page("u:gone");
  expect(erased).toContain("This person was erased");
  expect(erased).toContain(`/${projectId}/erasures`);
  const unknown = await page("u:nobody");
  expect(unknown).toContain("No user has this id");
  expect(unknown).not.toContain("This person was erased");
});

test("an export with more columns than a function can have arguments is complete", async () => {
  const columns = Array.from({ length: 120 }, (_, i) => `p:p${i}`).join(",");
  const address = `${app.url}/${projectId}/users/export?columns=${encodeURIComponent(columns)}`;
  let rows: string[] = [];
  // People are in lists a second or two after what they did.
  for (let left = 40; left > 0 && rows.length < 2; left--) {
    rows = (await (await fetch(address, { headers: { cookie } })).text()).trim().split("\r\n");
    if (rows.length < 2) await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(rows.map((row) => row.split(",").length)).toEqual([120, 120]);
  expect(rows[1]?.startsWith("0,1,2,3")).toBe(true);
});
