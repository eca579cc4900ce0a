import { beforeAll, expect, test } from "vitest";
import * as route from "@/app/api/ingest/route";
import { routePaths } from "@/lib/ingest/dialects/routes";
import { unsupportedPaths } from "@/lib/ingest/dialects/unsupported";
import { rewrittenPaths, rewrittenTo } from "@/tests/support/next-routes";
import { asBrowser, asServer, CHROME, eventsOf, makeProject, type TestProject } from "../ingest/support";

/** The other entry point, for hosts that only run Next: the same handler behind a Request and a Response. */
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const message = { type: "track", payload: { name: "through Next" } };
const post = (body: BodyInit, headers: Record<string, string> = {}) =>
  new Request("http://127.0.0.1/api/track?x=1", {
    method: "POST",
    headers: { ...asBrowser(project.write), "user-agent": CHROME, origin: "https://shop.example", ...headers },
    body,
  });

test("an event is stored and answered, with the address from Next's header", async () => {
  const response = await route.POST(post(JSON.stringify(message), { "x-forwarded-for": "8.8.8.8" }));
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBe("https://shop.example");
  expect(await response.json()).toMatchObject({ deviceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(await eventsOf(project)).toMatchObject([{ name: "through Next", country: "US", browser: "Chrome 141" }]);
});

test("a preflight, an error, 2 MiB and an older path are answered like over node:http", async () => {
  const preflight = await route.OPTIONS(
    new Request("http://x/track", { method: "OPTIONS", headers: { origin: "https://a.b" } }),
  );
  expect([preflight.status, await preflight.text()]).toEqual([204, ""]);
  expect((await route.POST(post("{"))).status).toBe(400);
  expect((await route.POST(post("x".repeat(2 * 1024 * 1024)))).status).toBe(413);
  const old = new Request("http://x/api/event", {
    method: "POST",
    headers: asServer(project.write),
    body: '{"name":"old"}',
  });
  expect((await route.POST(old)).status).toBe(200);
});

const OWN_PATHS = ["/track", "/track/device-id", "/event", "/profile", "/profile/increment", "/profile/decrement"];
const ownPaths = OWN_PATHS.flatMap((path) => [path, `/api${path}`]);

test.each(ownPaths)("%s leads there in Next", (path) => {
  expect(rewrittenTo(path)).toBe("app/api/ingest/route.ts");
});

test("only SDK paths lead there", () => {
  const known = [...ownPaths, ...routePaths(), ...unsupportedPaths()];
  const unused = rewrittenPaths().filter(({ matches }) => !known.some(matches));
  expect(unused.map(({ source }) => source)).toEqual([]);
  for (const path of ["/", "/login", "/api/v1/profiles", "/api/health", "/docs/wire", "/flags/de.svg"])
    expect(rewrittenTo(path)).toBeUndefined();
});
