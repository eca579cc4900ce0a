import { PostHog } from "posthog-node";
import { beforeAll, expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownersOf, propertiesOf, serveCustomer, serveThroughline } from "./support";

/** The real, unmodified posthog-js in Chromium and posthog-node. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

/** An id as PostHog's libraries make them for a visitor. */
const DEVICE = "01a21d19-4750-764c-a374-23ca8991eed6";

const init = (project: TestProject, more = "") => `import posthog from "posthog-js"; window.posthog = posthog;
  posthog.init("${project.write.clientId}", { api_host: "${throughline.url()}"${more} });`;

const stored = async (project: TestProject, count: number) => {
  await vi.waitFor(async () => expect((await eventsOf(project)).map(({ name }) => name)).toHaveLength(count), 12_000);
  return eventsOf(project);
};

test("posthog-js: a visit, a login, a company, a click, a logout, and the next person", async () => {
  const { page, consoleLines } = await customer.visit(init(project));
  await page.waitForTimeout(300);
  await page.evaluate(`
    posthog.capture("plan_chosen", { plan: "pro", title: "kept" });
    posthog.group("company", "acme", { name: "Acme", seats: 5 });
    posthog.identify("u_1", { email: "ada@example.com" }, { first_plan: "free" });
    posthog.setPersonProperties({ plan: "pro" });
    posthog.capture("report_created");
    posthog.alias("u_other");
  `);
  const events = await stored(project, 9);
  const device = events[0]?.stream;
  expect(events.map(({ name, kind, user, stream }) => [name, kind, user, stream])).toEqual(
    expect.arrayContaining([
      ["screen_view", "event", null, device],
      ["plan_chosen", "event", null, device],
      ["group", "group", null, device],
      ["set_once", "property", null, device],
      ["identify", "identify", "u_1", device],
      ["set_once", "property", "u_1", device],
      ["set", "property", "u_1", device],
      ["report_created", "event", "u_1", device],
      ["$create_alias", "event", null, device],
    ]),
  );
  expect(events[0]).toMatchObject({ path: "/", title: "Shop", referrer: null, browser: "Chrome 141", properties: {} });
  const named = (name: string) => events.find((event) => event.name === name);
  expect(named("plan_chosen")?.properties).toEqual({ plan: "pro", title: "kept", utm_source: "newsletter" });
  expect(named("report_created")?.groups).toEqual(["acme"]);
  expect(named("$create_alias")?.warnings).toEqual([expect.stringContaining("needs the client secret")]);
  expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(1);
  expect(await ownersOf(project, device)).toEqual(["u_1"]);
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
  expect(await propertiesOf(project, "u_1")).toEqual({
    email: "ada@example.com",
    first_plan: "free",
    plan: "pro",
    utm_source: "newsletter",
  });

  await page.evaluate(
    `posthog.reset(); posthog.capture("stranger"); posthog.identify("u_2"); posthog.capture("hers");`,
  );
  await page.getByRole("button").click();
  await page.goto("about:blank");
  await vi.waitFor(async () => {
    const later = (await eventsOf(project)).filter(({ ts }) => ts > (events.at(-1)?.ts ?? 0));
    const shown = later.map(({ name, user }) => `${name} ${user}`).sort();
    expect(shown).toEqual(["$autocapture u_2", "hers u_2", "identify u_2", "set_once u_2", "stranger null"]);
    const stranger = later.find(({ name }) => name === "stranger")?.stream;
    expect(stranger).not.toBe(device);
    expect(await ownersOf(project, stranger)).toEqual(["u_2"]);
  }, 8_000);
  expectQuiet(throughline, consoleLines);
});

test("posthog-js keeps the time of capture with a clock that is an hour fast", async () => {
  const project = await makeProject();
  const fast = `const now = Date.now.bind(Date); Date.now = () => now() + 3600000;`;
  const { page, consoleLines } = await customer.visit(
    `${fast} ${init(project, ", capture_pageview: false, autocapture: false")}`,
  );
  const before = Date.now();
  await page.evaluate(`posthog.capture("skewed")`);
  const [event] = await stored(project, 1);
  expect(Math.abs((event?.ts ?? 0) - before)).toBeLessThan(1_500);
  expectQuiet(throughline, consoleLines);
});

const node = async (project: TestProject, key: string, calls: (client: PostHog) => Promise<void> | void) => {
  const client = new PostHog(key, { host: throughline.url(), flushAt: 100, fetchRetryCount: 0 });
  const errors: unknown[] = [];
  client.on("error", (error) => errors.push(error));
  await calls(client);
  await client.shutdown();
  return { errors, events: await eventsOf(project) };
};

test("posthog-node with the secret: users, their properties, companies, aliases", async () => {
  const project = await makeProject({ domain: "shop.example" });
  const { clientId, clientSecret } = project.write;
  const timestamp = new Date(Date.now() - 60_000);
  const uuid = "0192f0a0-0000-7000-8000-0000000000aa";
  const { errors, events } = await node(project, `${clientId}:${clientSecret}`, (client) => {
    const properties = { amount: 3, $set: { plan: "pro" }, $set_once: { first: 1 } };
    client.capture({
      distinctId: "u_1",
      event: "paid",
      properties,
      groups: { company: "acme", project: 7 },
      timestamp,
      uuid,
    });
    client.capture({ distinctId: "u_1", event: "paid", properties, timestamp, uuid });
    client.capture({
      distinctId: DEVICE,
      event: "seen",
      properties: { $process_person_profile: false },
      timestamp,
    });
    client.identify({ distinctId: "u_1", properties: { email: "ada@example.com" } });
    client.alias({ distinctId: "u_1", alias: DEVICE });
    client.alias({ distinctId: "u_1", alias: "u_old" });
    client.groupIdentify({ groupType: "company", groupKey: "acme", properties: { name: "Acme" } });
    client.capture({ distinctId: "u_old", event: "long ago" });
  });
  expect(errors).toEqual([]);
  const paid = events.filter(({ name }) => name === "paid");
  expect(paid).toMatchObject([
    { id: uuid, user: "u_1", ts: timestamp.getTime(), stream: null, properties: { amount: 3 } },
  ]);
  expect(paid[0]?.groups).toEqual(["acme", "project:7"]);
  expect(events.find(({ name }) => name === "seen")).toMatchObject({ user: null, stream: DEVICE });
  expect(await ownersOf(project, DEVICE)).toEqual(["u_1"]);
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1", "project:7 (): u_1"]);
  expect(await propertiesOf(project, "u_old")).toEqual({ email: "ada@example.com", plan: "pro", first: 1 });
});

test("posthog-node asks for flags and gets none, at once", async () => {
  const { errors } = await node(project, project.write.clientId, async (client) => {
    expect(await client.getAllFlags("u_1")).toEqual({});
  });
  expect(errors).toEqual([]);
});

test("posthog-node's newer protocol gets each event's outcome", async () => {
  const project = await makeProject();
  vi.stubEnv("POSTHOG_CAPTURE_MODE", "v1");
  try {
    const { errors, events } = await node(project, project.write.clientId, (client) => {
      client.capture({ distinctId: "u_1", event: "new way" });
      client.capture({ distinctId: "u_1", event: "x".repeat(300) });
    });
    expect(events).toMatchObject([{ name: "new way", user: "u_1" }]);
    expect(errors).toMatchObject([{ drops: [{ details: "More than 200 characters." }], retryExhausted: [] }]);
  } finally {
    vi.unstubAllEnvs();
  }
});
