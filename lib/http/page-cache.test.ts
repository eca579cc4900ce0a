import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { PagePolicies, readBuiltPages } from "./page-policies";

/** A server that renders pages as Next does: slowly, and saying whatever the request says. */
let server: Server;
let port: number;
let policies: PagePolicies;
let landing: string | null;
let rendered: { path: string | undefined; headers: IncomingMessage["headers"] }[] = [];
let cookie: string | null = null;
let whileRendering = () => {};
const folder = mkdtempSync(join(tmpdir(), "throughline-kept-"));

beforeAll(async () => {
  vi.stubEnv("DATABASE_URL", "postgresql://localhost/x");
  vi.stubEnv("AUTH_SECRET", "a".repeat(32));
  vi.stubEnv("APP_URL", "");
  mkdirSync(join(folder, "server", "app"), { recursive: true });
  for (const name of ["docs", "_not-found"])
    writeFileSync(join(folder, "server", "app", `${name}.html`), "<script>setColours()</script>");
  writeFileSync(
    join(folder, "prerender-manifest.json"),
    JSON.stringify({ routes: { "/docs": {}, "/_not-found": {} } }),
  );
  server = createServer(async (incoming, response) => {
    const path = incoming.url?.split("?", 1)[0] ?? "/";
    if (await policies.answer(incoming, response, path, async () => landing)) return;
    whileRendering();
    rendered.push({ path: incoming.url, headers: { ...incoming.headers } });
    const headers = Object.entries(incoming.headers).map(([name, value]) => `${name}: ${value}`);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("cache-control", "no-store");
    if (cookie) response.setHeader("set-cookie", cookie);
    if (path.startsWith("/docs")) response.setHeader("x-nextjs-prerender", "1");
    const address = `http://${incoming.headers.host}`;
    response.end(
      `<link rel="canonical" href="${address}"/><a href="https://other.example/">x</a><p>${headers.join(" | ")}</p>` +
        "<script>self.__next_f.push([0])</script></body>",
    );
  }).listen(0);
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  policies = new PagePolicies(readBuiltPages(folder), []);
  landing = "landing";
  rendered = [];
  cookie = null;
});

type Answer = { status: number | undefined; headers: IncomingMessage["headers"]; text: string };
const ask = (path: string, headers: OutgoingHttpHeaders = {}, method = "GET"): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request({ port, path, method, headers: { host: "own.example", ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks);
        const isGzip = response.headers["content-encoding"] === "gzip" && body.length > 0;
        const text = (isGzip ? gunzipSync(body) : body).toString();
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
    })
      .on("error", reject)
      .end();
  });

test("the landing page is rendered once for all who are not logged in, whatever they send", async () => {
  const first = await ask("/");
  expect(first.text).toContain('rel="canonical" href="http://own.example"');
  const texts = [
    await ask("/?utm_source=x&q=%3Cscript%3E", { "accept-encoding": "gzip" }),
    await ask("/", { cookie: "theme=dark", "user-agent": "Mozilla", "x-nextjs-data": "1", "accept-language": "de" }),
    await ask("/", { "accept-encoding": "br, gzip" }),
  ].map(({ text }) => text);
  expect(texts).toEqual([first.text, first.text, first.text]);
  expect(rendered).toHaveLength(1);
});

test("nothing that its first reader sent is in the page that others get", async () => {
  const secret = {
    cookie: "a=secret",
    "x-forwarded-host": "secret.example",
    referer: "https://secret.example",
    "x-a": "secret",
  };
  await ask("/?secret=1", secret);
  const { text } = await ask("/");
  expect(text).not.toContain("secret");
  expect(rendered.map(({ path }) => path)).toEqual(["/"]);
  expect(text).toContain('href="http://own.example"');
});

test("each host gets the cached page with its own URLs, and links to other hosts stay", async () => {
  for (const host of ["own.example", "other.example", "own.example:3000", "[::1]:80", "x".repeat(200)]) {
    const { text } = await ask("/", { host });
    expect(text, host).toContain(`href="http://${host}"`);
    expect(text, host).toContain('<a href="https://other.example/">');
    expect(text).not.toContain("http://kept-page.invalid");
  }
  expect(rendered).toHaveLength(1);
});

test("a request whose host would have to be escaped goes to Next, and its response is not cached", async () => {
  await ask("/", { host: 'a"><script>b' });
  expect(rendered[0]?.headers.host).toBe('a"><script>b');
  expect((await ask("/")).text).not.toContain("<script>b");
  expect(rendered).toHaveLength(2);
});

test("requests of members, Next's router and forms go to Next, and their responses are not cached", async () => {
  for (const [headers, method] of [
    [{ cookie: "__Host-next-auth.session-token=x" }, "GET"],
    [{ cookie: "next-auth.session-token.0=x" }, "GET"],
    [{ rsc: "1" }, "GET"],
    [{}, "POST"],
  ] as const) {
    await ask("/");
    const before = rendered.length;
    await ask("/", headers, method);
    expect(rendered.length, JSON.stringify(headers)).toBe(before + 1);
  }
  expect((await ask("/")).text).not.toContain("session-token");
});

test("the conditions of the cached page are checked on each request, also after it was rendered", async () => {
  await ask("/");
  landing = "landing with a demo";
  await ask("/");
  expect(rendered).toHaveLength(2);
  landing = null;
  await ask("/");
  await ask("/");
  expect(rendered, "a page that cannot be distinguished from others").toHaveLength(4);

  policies = new PagePolicies(readBuiltPages(folder), []);
  landing = "landing";
  whileRendering = () => {
    landing = "landing with a demo";
  };
  await ask("/");
  whileRendering = () => {};
  landing = "landing";
  await ask("/");
  expect(rendered, "the demo was opened while the page was rendered").toHaveLength(6);
});

test("a page that sets a cookie is not cached", async () => {
  cookie = "id=1";
  expect((await ask("/")).headers["set-cookie"]).toEqual(["id=1"]);
  cookie = null;
  expect((await ask("/")).headers["set-cookie"]).toBeUndefined();
  expect(rendered).toHaveLength(2);
});

test("a browser revalidates each time and gets a 304 when nothing has changed; proxies store nothing of members", async () => {
  const { headers } = await ask("/");
  expect(headers["cache-control"]).toBe("private, no-cache");
  expect(headers.vary).toMatch(/Cookie/);
  const tag = headers.etag ?? "";
  const same = await ask("/", { "if-none-match": `"other", ${tag}` });
  expect([same.status, same.text, same.headers["content-length"]]).toEqual([304, "", undefined]);
  expect((await ask("/", { "if-none-match": '"other"' })).status).toBe(200);
  expect((await ask("/", { host: "other.example", "if-none-match": tag })).status).toBe(200);
  const head = await ask("/", {}, "HEAD");
  expect([head.status, head.text, head.headers.etag]).toEqual([200, "", tag]);
  const member = await ask("/", { cookie: "next-auth.session-token=x", "if-none-match": tag });
  expect([member.status, member.headers.etag]).toEqual([200, undefined]);
});

test("a first HEAD request fills the cache, too", async () => {
  await ask("/", {}, "HEAD");
  expect((await ask("/")).text).toContain("canonical");
  expect(rendered).toHaveLength(1);
});

test("a cached page may run our scripts and no others, with or without a nonce", async () => {
  const policy = (await ask("/")).headers["content-security-policy"];
  expect(policy).not.toMatch(/nonce|script-src[^;]*'(?:self|unsafe)/);
  expect((await ask("/")).headers["content-security-policy"]).toBe(policy);
});

test("documentation pages are cached under the names from the build, to which requests add none", async () => {
  for (const path of ["/docs", "/docs/", "/%64ocs", "/docs?x=1"])
    await ask(path, { cookie: "next-auth.session-token=x" });
  await ask("/docs");
  const once = rendered.length;
  for (const path of ["/docs", "/docs/", "/docs?y=2"]) await ask(path);
  expect(rendered).toHaveLength(once);
  expect((await ask("/docs")).headers["cache-control"]).toBe("public, no-cache");
  for (const path of ["/docs/search?q=a", "/docs/search?q=a", "/docs/nothing"]) await ask(path);
  expect(rendered).toHaveLength(once + 3);
});

test("after a minute a page is rendered again", async () => {
  await ask("/");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
  await ask("/");
  vi.useRealTimers();
  expect(rendered).toHaveLength(2);
});
