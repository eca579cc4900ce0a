import { beforeAll, expect, test } from "vitest";
import { recentMessages } from "@/lib/debugger/relay";
import { unsupportedPaths } from "@/lib/ingest/dialects/unsupported";
import { debuggerView } from "@/lib/ingest/http/debugger-view";
import { webIngest } from "@/lib/ingest/serve";
import { grantScope } from "@/lib/scope";
import { CHROME, eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { rewrittenTo } from "@/tests/support/next-routes";
import { request, serveThroughline } from "./support";

const throughline = serveThroughline();
const ORIGIN = "https://shop.example";
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});
const scope = () => grantScope(project.id, "system:test");

const ask = (path: string, method: string, body?: unknown, headers: Record<string, string> = {}) =>
  request(throughline.url() + path, {
    method,
    headers: { "user-agent": CHROME, origin: ORIGIN, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });

test.each(unsupportedPaths())(
  "%s: its preflight passes, and its answer can be read and stops its retries",
  async (path) => {
    const preflight = await ask(path, "OPTIONS", undefined, { "access-control-request-headers": "x-write-key" });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("x-write-key");
    for (const [method, body] of [["POST", "{}"], ["POST", "not json"], ["GET"]] as const) {
      const answer = await ask(path, method, body);
      expect([200, 400]).toContain(answer.status);
      expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
      expect(answer.body).toContain("Unsupported SDK");
    }
    const view = await debuggerView(scope(), new Headers({ "x-forwarded-for": "127.0.0.1" }));
    expect(view.unmatched[0]).toMatchObject({ via: path, origin: ORIGIN });
  },
);

test.each(unsupportedPaths())("%s has a route in Next", async (path) => {
  const file = rewrittenTo(path);
  expect(file, "add the path to INGEST_PATHS of next.config.js").toBeDefined();
  const route = await import(`../../${file}`);
  expect([route.GET, route.POST, route.OPTIONS]).toEqual([webIngest, webIngest, webIngest]);
});

test.each([
  ["Matomo", "/matomo.php?token=KEY", "idsite=1", {}],
  ["Jitsu", "/api/s/track", { type: "track", event: "a" }, { "x-write-key": "KEY:secret" }],
  ["Countly", "/i?app_key=KEY&device_id=d", "events=[]", {}],
] as const)(
  "%s at %s is counted in the debugger of the project whose key it carries",
  async (name, path, body, headers) => {
    const key = project.write.clientId;
    const sent = Object.fromEntries(
      Object.entries(headers).map(([header, value]) => [header, value.replace("KEY", key)]),
    );
    await ask(path.replace("KEY", key), "POST", body, sent);
    const [last] = recentMessages(scope()).entries.slice(-1);
    expect(last).toMatchObject({ status: "refused", type: "request" });
    expect(last?.reasons[0]).toMatch(new RegExp(`^Unsupported SDK: ${name}\\. Use `));
    expect(await eventsOf(project)).toEqual([]);
  },
);

test("Plausible is distinguished from OpenPanel's first SDKs, which send to the same path", async () => {
  const plausible = { n: "pageview", u: "https://shop.example/", d: "shop.example", r: null };
  expect((await ask("/api/event", "POST", plausible, { "content-type": "text/plain" })).body).toContain("Plausible");
  const openpanel = { name: "click", timestamp: new Date().toISOString(), properties: {} };
  const keys = { "openpanel-client-id": project.write.clientId };
  expect((await ask("/api/event", "POST", openpanel, keys)).status).toBe(200);
});
