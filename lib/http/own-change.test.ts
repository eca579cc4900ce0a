import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { MAY_LAG_HEADER, markReplicaReads } from "./own-change";

const server = createServer((request, response) => {
  markReplicaReads(request, response, request.headers["x-forwarded-proto"] === "https");
  response.setHeader("set-cookie", ["other=1"]);
  response.end(String(request.headers[MAY_LAG_HEADER] ?? "no"));
});
let url = "";
beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => void server.close());
afterEach(() => vi.unstubAllEnvs());

function configure(replica: string): void {
  vi.stubEnv("DATABASE_URL", "postgresql://localhost/x");
  vi.stubEnv("AUTH_SECRET", "a".repeat(32));
  vi.stubEnv("READ_DATABASE_URL", replica);
  Reflect.deleteProperty(globalThis, "throughlineConfig");
}

test("a page may lag until its reader changes something, and again once the cookie has expired", async () => {
  configure("postgresql://localhost/replica");
  expect(await (await fetch(url)).text()).toBe("1");
  const changed = await fetch(url, { method: "POST" });
  expect(await changed.text()).toBe("no");
  const [other, cookie = ""] = changed.headers.getSetCookie();
  expect(other).toBe("other=1");
  expect(cookie).toMatch(/^throughline-changed=1; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax$/);
  const after = await fetch(url, { headers: { cookie: `a=b; ${cookie.split(";")[0]}` } });
  expect(await after.text()).toBe("no");
});

test("over https the cookie is of this very host", async () => {
  configure("postgresql://localhost/replica");
  const changed = await fetch(url, { method: "POST", headers: { "x-forwarded-proto": "https" } });
  const [, cookie = ""] = changed.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-throughline-changed=1; Path=\/; .*; Secure$/);
  expect(await (await fetch(url, { headers: { cookie: cookie.split(";")[0] ?? "" } })).text()).toBe("no");
});

test("a client cannot grant itself reads from the replica", async () => {
  configure("");
  expect(await (await fetch(url, { headers: { [MAY_LAG_HEADER]: "1" } })).text()).toBe("no");
});

test("without a replica there is no cookie", async () => {
  configure("");
  expect((await fetch(url, { method: "POST" })).headers.getSetCookie()).toEqual(["other=1"]);
});
