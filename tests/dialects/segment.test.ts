import { Analytics } from "@segment/analytics-node";
import { beforeAll, expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownersOf, propertiesOf, serveCustomer, serveThroughline } from "./support";

/** The real, unmodified @segment/analytics-next in Chromium and @segment/analytics-node. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const load = (more = "") => `import { AnalyticsBrowser } from "@segment/analytics-next";
  window.analytics = AnalyticsBrowser.load({ writeKey: "${project.write.clientId}", cdnURL: "${throughline.url()}" }${more});
  analytics.page();`;

const stored = async (count: number) => {
  await vi.waitFor(
    async () =>
      expect((await eventsOf(project)).map(({ name }) => name)).toEqual(
        Array.from({ length: count }, () => expect.any(String)),
      ),
    8_000,
  );
  const events = await eventsOf(project);
  return events;
};

test("@segment/analytics-next: a visit, a login, a company and a logout", async () => {
  const { page, consoleLines } = await customer.visit(load());
  await stored(1);
  await page.evaluate(`(async () => {
    await analytics.track("Plan Chosen", { plan: "pro", title: "kept" });
    await analytics.identify("u_1", { email: "ada@example.com", plan: "pro" });
    await analytics.group("acme", { name: "Acme", seats: 5 });
    await analytics.track("Report Created");
    await analytics.alias("u_1", "u_other");
  })()`);
  const events = await stored(7);
  const device = events[0]?.stream;
  expect(events.map(({ name, kind, user, stream, path }) => [name, kind, user, stream, path])).toEqual([
    ["screen_view", "event", null, device, "/"],
    ["Plan Chosen", "event", null, device, "/"],
    ["identify", "identify", "u_1", device, null],
    ["assign_group", "group", "u_1", device, null],
    ["group", "group", null, device, null],
    ["Report Created", "event", "u_1", device, "/"],
    ["alias", "event", null, device, null],
  ]);
  expect(events[1]).toMatchObject({ properties: { plan: "pro", title: "kept" }, browser: "Chrome 141" });
  expect(await propertiesOf(project, "u_1")).toMatchObject({ email: "ada@example.com", plan: "pro" });
  // Two user ids become one person only with the secret.
  expect(events[6]).toMatchObject({ warnings: [expect.stringContaining("needs the client secret")] });
  expect(await ownersOf(project, device)).toEqual(["u_1"]);
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);

  await page.evaluate(`(async () => {
    await analytics.reset();
    await analytics.track("Stranger Again");
    await analytics.alias("u_2");
  })()`);
  const [again, alias] = (await stored(9)).slice(7);
  expect(again?.stream).not.toBe(device);
  expect(alias).toMatchObject({ name: "identify", user: "u_2", stream: again?.stream });
  expect(await ownersOf(project, again?.stream)).toEqual(["u_2"]);
  expectQuiet(throughline, consoleLines);
});

test("@segment/analytics-next in batches: times are when it happened, and a page that closes loses nothing", async () => {
  const project = await makeProject();
  const integrations = `{ integrations: { "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 10, timeout: 400 } } } } }`;
  const script = `import { AnalyticsBrowser } from "@segment/analytics-next";
    window.analytics = AnalyticsBrowser.load({ writeKey: "${project.write.clientId}", cdnURL: "${throughline.url()}" }, ${integrations});
    analytics.page("Home", { section: "top" });`;
  const { page, consoleLines } = await customer.visit(script);
  const before = Date.now();
  await page.evaluate(`analytics.track("One")`);
  const after = Date.now();
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(2), 8_000);
  await page.evaluate(`analytics.track("Last")`);
  await page.goto("about:blank");
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(3), 8_000);
  const events = await eventsOf(project);
  const named = (name: string) => events.find((event) => event.name === name);
  const one = named("One");
  // Called before the library was there, both may be of the same millisecond: only the last is last for certain.
  expect(named("screen_view")).toMatchObject({ properties: { name: "Home", section: "top" } });
  expect(one?.ts).toBeGreaterThanOrEqual(before - 5);
  expect(one?.ts).toBeLessThanOrEqual(after + 5);
  expect(events.at(-1)?.name).toBe("Last");
  expect(throughline.seen.map(({ path }) => path)).toContain("/v1/b");
  expectQuiet(throughline, consoleLines);
});

const node = async (writeKey: string, calls: (analytics: Analytics) => void) => {
  const analytics = new Analytics({ writeKey, host: throughline.url(), maxRetries: 0 });
  const errors: unknown[] = [];
  analytics.on("error", (error) => errors.push(error));
  calls(analytics);
  await analytics.closeAndFlush();
  expect(errors).toEqual([]);
};

test("@segment/analytics-node with the secret: a server sends for its users", async () => {
  const project = await makeProject({ domain: "shop.example" });
  const { clientId, clientSecret } = project.write;
  const at = new Date(Date.now() - 60_000);
  await node(`${clientId}:${clientSecret}`, (analytics) => {
    analytics.track({ anonymousId: "device-1", event: "Seen", timestamp: new Date(at.getTime() - 1_000) });
    analytics.identify({ userId: "u_1", anonymousId: "device-1", traits: { email: "ada@example.com" }, timestamp: at });
    const context = { ip: "8.8.8.8", userAgent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", groupId: "acme" };
    analytics.track({ userId: "u_1", event: "Paid", properties: { amount: 3 }, messageId: "paid-1", context });
    analytics.track({ userId: "u_1", event: "Paid", properties: { amount: 3 }, messageId: "paid-1", context });
    analytics.group({ userId: "u_1", groupId: "acme", traits: { name: "Acme" } });
    analytics.alias({ userId: "u_1", previousId: "u_old" });
    analytics.track({ userId: "u_old", event: "Long Ago" });
  });
  const events = await eventsOf(project);
  expect(events.filter(({ name }) => name === "Paid")).toMatchObject([
    { user: "u_1", country: "US", groups: ["acme"], properties: { amount: 3 } },
  ]);
  expect(events.find(({ name }) => name === "Seen")).toMatchObject({ ts: at.getTime() - 1_000, device: "server" });
  expect(await ownersOf(project, "device-1")).toEqual(["u_1"]);
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
  expect(await propertiesOf(project, "u_old")).toEqual({ email: "ada@example.com" });
});

test("@segment/analytics-node without the secret: events count, two user ids stay two", async () => {
  const project = await makeProject();
  await node(project.write.clientId, (analytics) => {
    analytics.identify({ userId: "u_1", traits: { plan: "pro" } });
    analytics.track({ userId: "u_1", event: "Paid" });
    analytics.track({ userId: "u_2", event: "Paid" });
    analytics.alias({ userId: "u_1", previousId: "u_2" });
  });
  const events = await eventsOf(project);
  expect(events.map(({ name, user }) => `${name} ${user}`).sort()).toEqual([
    "Paid u_1",
    "Paid u_2",
    "identify u_1",
    "identify u_1",
  ]);
  expect(await propertiesOf(project, "u_1")).toEqual({ plan: "pro" });
  expect(await propertiesOf(project, "u_2")).toEqual({});
  // A server's events belong to no visitor: its address may not join two users.
  expect(events.map(({ stream }) => stream).filter((stream) => stream !== null)).toEqual(["u_2"]);
});
