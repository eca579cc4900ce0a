import { request as rawRequest } from "node:http";
import fc from "fast-check";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { routeOf, routePaths } from "@/lib/ingest/dialects/routes";
import { handlesIngest, webIngest } from "@/lib/ingest/serve";
import { messagesOf, templatesAt } from "@/tests/fuzz/requests";
import { CHROME, eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { anyCharacter } from "@/tests/support/any-character";
import { rewrittenTo } from "@/tests/support/next-routes";
import { request, serveThroughline } from "./support";

const throughline = serveThroughline();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const isFixed = (path: string) => "fixed" in (routeOf(path) ?? {});
const methodOf = (path: string) => (routeOf(path)?.methods.includes("POST") ? "POST" : "GET");
const paths = routePaths();

describe.each(paths)("%s", (path) => {
  const ask = (method: string, body?: string, headers: Record<string, string> = {}, at = path) =>
    request(throughline.url() + at, {
      method,
      headers: { "user-agent": CHROME, ...headers },
      ...(body ? { body } : {}),
    });

  test("is answered in front of Next, even with a trailing slash", () => {
    expect(handlesIngest(path, methodOf(path))).toBe(true);
    expect(handlesIngest(`${path}/`, methodOf(path))).toBe(true);
  });

  test("has a route in Next, which answers like node:http", async () => {
    const file = rewrittenTo(path);
    expect(file, "add the path to INGEST_PATHS of next.config.js").toBeDefined();
    const route = await import(`../../${file}`);
    expect([route.GET, route.POST, route.OPTIONS]).toEqual([webIngest, webIngest, webIngest]);
    const body = methodOf(path) === "POST" ? { body: "[" } : {};
    const response = await webIngest(new Request(`http://x${path}`, { method: methodOf(path), ...body }));
    expect(response.status).toBe(isFixed(path) ? 200 : 400);
  });

  test("allows any page's origin", async () => {
    const headers = { origin: "https://shop.example", "access-control-request-headers": "authorization,x-retry-count" };
    const preflight = await ask("OPTIONS", undefined, headers);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,x-retry-count");
    const answer = await ask(methodOf(path), methodOf(path) === "POST" ? "{}" : undefined, headers);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://shop.example");
    expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
  });

  test("rejects other methods, and never fails", async () => {
    expect((await ask("PUT", "{}")).status).toBe(405);
    if (isFixed(path)) {
      expect((await ask(methodOf(path), methodOf(path) === "POST" ? "[" : undefined)).status).toBe(200);
      return;
    }
    expect((await ask("POST", "{}")).status).toBe(401);
    expect((await ask("POST", "[]")).status).toBe(401);
    expect((await ask("POST", "[null]")).status).toBe(401);
    expect((await ask("POST", "7")).status).toBe(400);
    expect((await ask("POST", "not json")).status).toBe(400);
    expect((await ask("POST", "x".repeat(1_100_000))).status).toBe(413);
  });
});

test("our own format keeps its paths", () => {
  for (const path of ["/track", "/api/track", "/event", "/profile", "/track/device-id"])
    expect(routeOf(path)).toBeNull();
  for (const path of [
    "/",
    "/v1/nothing",
    "/api/v1/profiles",
    "/array/../config.js",
    "/array/<b>/config.js",
    "/batches",
  ]) {
    expect(handlesIngest(path, "GET")).toBe(false);
  }
});

test("PostHog's configuration as a script cannot be broken out of", async () => {
  const script = await request(`${throughline.url()}/array/a:b_c-d/config.js`);
  expect(script.headers.get("content-type")).toMatch(/^text\/javascript/);
  const page = { _POSTHOG_REMOTE_CONFIG: {} as Record<string, { config: { token: string } }> };
  new Function("window", script.body)(page);
  expect(page._POSTHOG_REMOTE_CONFIG["a:b_c-d"]?.config.token).toBe("a:b_c-d");
  const target = new URL(throughline.url());
  const status = await new Promise<number | undefined>((resolve) => {
    rawRequest({ host: target.hostname, port: target.port, path: '/array/"]=1;x["/config.js' }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(404);
});

test("Segment's settings send the library back to where it asked", async () => {
  const { body } = await request(`${throughline.url()}/v1/projects/key/settings`);
  const host = new URL(throughline.url()).host;
  expect(JSON.parse(body).integrations["Segment.io"]).toMatchObject({
    apiKey: "key",
    apiHost: `${host}/v1`,
    protocol: "http",
  });
  const proxied = await request(`${throughline.url()}/v1/projects/key/settings`, {
    headers: { "x-forwarded-proto": "https", "x-forwarded-host": "t.example" },
  });
  expect(JSON.parse(proxied.body).integrations["Segment.io"]).toMatchObject({
    apiHost: "t.example/v1",
    protocol: "https",
  });
});

const nasty = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 6, stringUnit: anyCharacter }) },
  fc.constantFrom(
    "\0",
    "\ud800",
    "__proto__",
    "null",
    "",
    1e308,
    -1,
    "$device:",
    "0000-01-01",
    "https://[",
    "a..b",
    [],
  ),
);
const KEYS =
  `type event events name distinct_id uuid timestamp offset properties $set $set_once $unset $add $append $token $distinct_id
  $group_key $group_id userId anonymousId messageId traits context groupId previousId payload website id data url hostname site_id
  user_id pathname querystring traits api_key batch sent_at sentAt writeKey alias event_type device_id insert_id
  event_properties user_properties groups group_properties`.split(/\s+/);
const PROPERTIES =
  `distinct_id $device_id $user_id $insert_id time $current_url $groups $set $anon_distinct_id alias $distinct_ids
  $group_type $group_key $group_set $exception_list $session_id $is_identified plan __proto__ __identify __revenue`.split(
    /\s+/,
  );
const NAMES = `$identify $create_alias $merge $merge_dangerously $groupidentify $pageview $set $exception $mp_web_page_view plan_chosen`;
const KINDS = "track identify page screen group alias event performance pageview custom_event nonsense".split(" ");
/** As it should be three times in four. */
const likely = (key: string): fc.Arbitrary<unknown> => {
  const right: fc.Arbitrary<unknown> | null =
    /(^|_)(user|distinct|anon|device|group|previous)|Id$|^id$|alias|_key$/.test(key)
      ? fc.constantFrom("u_1", "u_2", "$device:d1", "d1", 7)
      : /name|event/.test(key)
        ? fc.string({ minLength: 1, maxLength: 20 })
        : /traits|set|add|data|groups|context/.test(key)
          ? fc.dictionary(fc.string({ maxLength: 8 }), nasty, { maxKeys: 4 })
          : /time|sent/i.test(key)
            ? fc.constant(new Date().toISOString())
            : null;
  return right === null ? nasty : fc.oneof({ weight: 3, arbitrary: right }, nasty);
};
const record = (keys: readonly string[]) =>
  fc.record(Object.fromEntries(keys.map((key) => [key, likely(key)])), { requiredKeys: [] });
const item = fc
  .tuple(
    record(KEYS),
    record(PROPERTIES),
    fc.constantFrom(...NAMES.split(" ")),
    fc.constantFrom(...KINDS),
    fc.boolean(),
  )
  .map(([outside, properties, event, type, isPlain]) =>
    isPlain
      ? { ...outside, properties }
      : { ...outside, event, type, properties, payload: { ...properties, ...outside } },
  );

/** The same item with a key that is right, wherever the family looks for it. */
function keyed(one: Record<string, unknown>, key: string): Record<string, unknown> {
  const inner = (value: unknown) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});
  return {
    ...one,
    api_key: key,
    writeKey: key,
    $token: key,
    site_id: key,
    properties: { ...inner(one.properties), token: key },
    payload: { ...inner(one.payload), website: key },
  };
}

/** Several items in the list where an SDK sends them to `path`; the first also stands beside it, for its key. */
function batchAt(path: string, items: readonly Record<string, unknown>[]): unknown {
  const recorded = templatesAt(path).map(({ body }) => messagesOf(body));
  const body = recorded.find(({ isList }) => isList)?.with([...items]) ?? {};
  if (Array.isArray(body)) return body;
  const lists = Object.entries(body).filter(([, value]) => Array.isArray(value) && value.includes(items[0]));
  return { ...items[0], ...Object.fromEntries(lists) };
}

test("any input to any of them is answered 2xx or 4xx, and our code does not throw", async () => {
  const logged = vi.spyOn(console, "error");
  const statuses = new Map<number, number>();
  const routes = paths.filter((path) => !isFixed(path)).concat("/track", "/api/track");
  const { clientId, clientSecret } = project.root;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      fc.array(item, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.boolean(),
      async (path, items, trusted, isBatch) => {
        const key = trusted ? `${clientId}:${clientSecret}` : clientId;
        const [first, ...rest] = items;
        const one = keyed(first ?? {}, key);
        const body = isBatch ? batchAt(path, [one, ...rest]) : path === "/track" ? [one, ...rest] : one;
        const sent = await request(throughline.url() + path, {
          method: "POST",
          headers: { "user-agent": CHROME },
          body: JSON.stringify(body),
        });
        statuses.set(sent.status, (statuses.get(sent.status) ?? 0) + 1);
        expect([200, 202, 400, 401, 403, 409, 413, 422], `${path} ${sent.body}`).toContain(sent.status);
      },
    ),
    { numRuns: 250, endOnFailure: true },
  );
  expect(logged.mock.calls).toEqual([]);
  // A generator that only made rubbish would prove nothing.
  expect(statuses.get(200)).toBeGreaterThan(40);
  expect((await eventsOf(project)).length).toBeGreaterThan(50);
});
