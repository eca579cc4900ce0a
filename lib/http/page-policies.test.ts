import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getPathMatch } from "next/dist/shared/lib/router/utils/path-match";
import { afterAll, beforeAll, expect, test } from "vitest";
import config from "../../next.config";
import { hashSourceOf, inlineScripts } from "./csp";
import { PagePolicies, readBuiltPages } from "./page-policies";
import { plainScriptOf } from "./plain-script";

const root = join(import.meta.dirname, "../..");
const THEME = "setColours()";
const NEXT = "self.__next_f.push([0])";
let server: Server;
let origin: string;
/** What Next would do with a path: the nonce it finds, or a page of the build, or something else. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-build-"));
  mkdirSync(join(folder, "server", "app"), { recursive: true });
  const page = (name: string, own: string) =>
    writeFileSync(
      join(folder, "server", "app", `${name}.html`),
      `<script>${THEME}</script><script src="/_next/x.js"></script><script>${NEXT}</script><script>${own}</script>`,
    );
  page("index", "self.__next_f.push(landing)");
  page("about", "self.__next_f.push(about)");
  page("docs", "self.__next_f.push(docs)");
  page("_not-found", "self.__next_f.push(nothing)");
  const routes = { "/": {}, "/about": {}, "/docs": {}, "/_not-found": {}, "/icon.svg": {} };
  writeFileSync(join(folder, "prerender-manifest.json"), JSON.stringify({ routes }));
  const policies = new PagePolicies(readBuiltPages(folder), []);
  server = createServer((request, response) => {
    policies.watch(request, response, request.url ?? "/");
    answer(request, response);
  }).listen(0);
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const html = { "content-type": "text/html; charset=utf-8" };
const scripts = (headers: Headers) =>
  /script-src ([^;]*)/.exec(headers.get("content-security-policy") ?? "")?.[1]?.split(" ") ?? [];

test("a rendered page gets the nonce that Next got, a new one each time, and the layout's own script", async () => {
  const policies: string[] = [];
  answer = (request, response) => {
    policies.push(String(request.headers["content-security-policy"]));
    response.setHeader("content-type", html["content-type"]);
    response.end("x");
  };
  const answers = [await fetch(`${origin}/login`), await fetch(`${origin}/login`)];
  expect(answers.map(({ headers }) => headers.get("content-security-policy"))).toEqual(policies);
  expect(policies[0]).not.toBe(policies[1]);
  const [nonce, ...others] = scripts(answers[0]?.headers as Headers);
  expect(nonce).toMatch(/^'nonce-[\w+/]{22}=='$/);
  expect(others).toEqual(["'strict-dynamic'", hashSourceOf(THEME)]);
});

test("a prerendered page gets its own hashes, a missing page those of the not-found page", async () => {
  let status = 200;
  answer = (_request, response) => {
    response.statusCode = status;
    response.setHeader("content-type", html["content-type"]);
    response.setHeader("x-nextjs-prerender", "1");
    response.end("x");
  };
  const common = ["'self'", hashSourceOf(THEME), hashSourceOf(NEXT)];
  for (const path of ["/about", "/about/", "/%61bout"]) {
    const own = scripts((await fetch(`${origin}${path}`)).headers);
    expect(own, path).toEqual([...common, hashSourceOf("self.__next_f.push(about)")]);
  }
  status = 404;
  const missing = scripts((await fetch(`${origin}/docs/nothing`)).headers);
  expect(missing).toEqual([...common, hashSourceOf("self.__next_f.push(nothing)")]);
});

test.each(["/", "/docs", "/docs/"])("%s is sent without Next's scripts, and may run none", async (path) => {
  const own = [hashSourceOf(plainScriptOf(path))];
  answer = (_request, response) => {
    response.setHeader("content-type", html["content-type"]);
    response.setHeader("content-length", 5);
    response.setHeader("etag", '"of-next"');
    response.writeHead(200, { "x-own": "kept" }); // as compression does, before the first write
    response.write(`<head><link rel="preload" as="script" href="/_next/x.js"/></head><script>${THEME}</script>`);
    response.write(Buffer.from('<p>für alle</p><script src="/_next/x.js" nonce="n"></script>'));
    response.end(`<script nonce="n">${NEXT}</script></body>`);
  };
  const got = await fetch(origin + path);
  expect(scripts(got.headers)).toEqual([hashSourceOf(THEME), ...own]);
  expect(got.headers.get("content-encoding")).toBe("gzip");
  expect(got.headers.get("x-own")).toBe("kept");
  const text = await got.text();
  expect(text).toContain("<p>für alle</p>");
  expect(text).not.toMatch(/_next|nonce/);
  expect(inlineScripts(text).map(hashSourceOf)).toEqual([hashSourceOf(THEME), ...own]);
  const raw = await fetch(origin + path, { headers: { "accept-encoding": "identity" } });
  expect(raw.headers.get("content-encoding")).toBeNull();
  expect(await raw.text()).toBe(text);
  const head = await fetch(origin + path, { method: "HEAD" });
  expect(scripts(head.headers)).toEqual([hashSourceOf(THEME), ...own]);
  expect(head.headers.get("content-length")).toBeNull();
  expect(head.headers.get("etag") ?? got.headers.get("etag")).toBeNull();
});

test("what Next's router fetches from such an address, its redirects and its errors stay as they are", async () => {
  const [data, whole] = ["0:{}", `<script>${NEXT}</script></body>`];
  for (const [status, type, headers, body] of [
    [200, "text/x-component", { rsc: "1" }, data],
    [404, html["content-type"], {}, whole],
    [500, html["content-type"], {}, whole],
  ] as const) {
    answer = (_request, response) => {
      response.statusCode = status;
      response.setHeader("content-type", type);
      response.end(body);
    };
    const got = await fetch(`${origin}/docs`, { headers });
    expect([got.status, await got.text()]).toEqual([status, body]);
  }
});

test.each(["image/png", html["content-type"]])("a route's own policy stays as it is: %s", async (type) => {
  answer = (_request, response) => {
    response.setHeader("content-type", type);
    response.setHeader("content-security-policy", "default-src 'none'; sandbox");
    response.end("x");
  };
  const { headers } = await fetch(`${origin}/avatar`);
  expect(headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
});

/** Next drops a route's header if next.config.js names the header too. */
test("next.config.js leaves the policies of routes to them, and has one for everything else", async () => {
  const files = readdirSync(join(root, "app"), { recursive: true, encoding: "utf8" });
  const routes = files.filter((file) => /(?:^|\/)route\.ts$/.test(file));
  const own = routes.filter((file) =>
    /content-security-policy|answerSelf/.test(readFileSync(join(root, "app", file), "utf8")),
  );
  expect(own.sort()).toEqual(["api/projects/[project]/avatar/route.ts", "my-data/route.ts"]);
  const all = (await config.headers?.()) ?? [];
  const isNamed = (path: string) =>
    all.some(
      ({ source, headers }) =>
        getPathMatch(source, { strict: true, sensitive: false })(path) !== false &&
        headers.some(({ key }) => key === "Content-Security-Policy"),
    );
  for (const file of own)
    expect(isNamed(`/${file.replace("/route.ts", "").replace("[project]", "0190")}`), file).toBe(false);
  for (const path of ["/", "/login", "/my-data/x", "/my-database", "/api/projects/0190/search", "/0190/users"])
    expect(isNamed(path), path).toBe(true);
});
