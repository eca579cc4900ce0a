import { createInstance, Identify, Revenue } from "@amplitude/analytics-node";
import { expect, test, vi } from "vitest";
import { encoded, filled, templatesAt } from "@/tests/fuzz/requests";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, ownerOf, propertiesOf, request, serveThroughline } from "./support";
import { versionsOf } from "./versions";

const throughline = serveThroughline();

/** The paths it can be given; `/batch` is also PostHog's. */
const PATHS = ["/2/httpapi", "/batch"];

async function start(apiKey: string, options = {}, path = "/2/httpapi") {
  const client = createInstance();
  const serverUrl = throughline.url() + path;
  await client.init(apiKey, { serverUrl, flushIntervalMillis: 10, logLevel: 0, ...options }).promise;
  return client;
}
const keyOf = ({ write }: TestProject) => `${write.clientId}:${write.clientSecret}`;

test("the version that runs here is the one in the table", () => {
  expect(versionsOf("@amplitude/analytics-node").map(({ module }) => module)).toEqual(["@amplitude/analytics-node"]);
});

test("@amplitude/analytics-node: a login, traits, a company, revenue", async () => {
  const project = await makeProject();
  const client = await start(keyOf(project));
  const device = { device_id: "d_1" };
  const known = { user_id: "u_1", ...device };
  await client.track("before", { plan: "pro" }, device).promise;
  const changes = new Identify().set("email", "ada@example.com").setOnce("first", "x").add("logins", 2);
  await client.identify(changes.append("tags", "a").unset("old"), known).promise;
  await client.setGroup("company", "acme", known).promise;
  await client.groupIdentify("company", "acme", new Identify().set("name", "Acme")).promise;
  const sold = await client.revenue(new Revenue().setProductId("p1").setPrice(9.99).setQuantity(2), known).promise;
  expect(sold).toMatchObject({ code: 200, message: "Event tracked successfully" });

  const events = await eventsOf(project);
  expect(events.find(({ name }) => name === "before")).toMatchObject({ properties: { plan: "pro" }, stream: "d_1" });
  expect(await ownerOf(project, "before")).toBe("u_1");
  expect(await ownerOf(project, "revenue_amount")).toBe("u_1");
  expect(await propertiesOf(project, "u_1")).toEqual({
    email: "ada@example.com",
    first: "x",
    logins: 2,
    tags: ["a"],
  });
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
  expect(throughline.failures()).toEqual([]);
});

test("@amplitude/analytics-browser's requests: an event before setUserId is the user's", async () => {
  const project = await makeProject();
  const { write } = project;
  for (const template of templatesAt("/2/httpapi").filter(({ headers }) => headers["user-agent"])) {
    const sent = encoded(template, JSON.stringify(filled(template.body, write)), write);
    expect(await request(throughline.url() + sent.url, sent)).toMatchObject({ status: 200 });
  }
  const events = await eventsOf(project);
  expect(events.map(({ name, path }) => [name, path])).toEqual(
    expect.arrayContaining([
      ["screen_view", "/pricing"],
      ["plan_chosen", "/pricing"],
      ["last", "/pricing"],
    ]),
  );
  expect(events.find(({ name }) => name === "plan_chosen")).toMatchObject({
    properties: { plan: "pro" },
    title: "Pricing",
    browser: "Chrome 141",
  });
  expect(await ownerOf(project, "plan_chosen")).toBe("u_1");
  expect(await propertiesOf(project, "u_1")).toEqual({});
  expect(await companiesOf(project)).toEqual(["acme (): u_1"]);
});

test.each(PATHS)("with a wrong key it stops after one try and tells the developer why: %s", async (path) => {
  const client = await start("anything", {}, path);
  const before = throughline.seen.length;
  const { code, message } = await client.track("a", {}, { user_id: "u" }).promise;
  expect([code, message]).toEqual([401, expect.stringContaining("client id is unknown")]);
  await client.flush().promise;
  expect(throughline.seen.length - before).toBe(1);
});

test.each(PATHS)("an event that cannot be stored is dropped after one try: %s", async (path) => {
  const project = await makeProject();
  const client = await start(keyOf(project), {}, path);
  const before = throughline.seen.length;
  const { code, message } = await client.track("a", {}, { user_id: "u", time: -1e18 }).promise;
  expect([code, message]).toEqual([422, expect.stringContaining("Not a date")]);
  await client.flush().promise;
  expect(throughline.seen.length - before).toBe(1);
});

test.each(PATHS)("it sends a batch that is too large in halves: %s", async (path) => {
  const project = await makeProject();
  // Long enough for all of them to be queued, also on a busy machine.
  const client = await start(keyOf(project), { flushQueueSize: 60, flushIntervalMillis: 2_000 }, path);
  const before = throughline.seen.length;
  const sent = Array.from({ length: 50 }, (_, n) =>
    client.track("large", { n, text: "x".repeat(25_000) }, { user_id: "u_1" }),
  );
  const codes = await Promise.all(sent.map(({ promise }) => promise.then(({ code }) => code)));
  expect(new Set(codes)).toEqual(new Set([200]));
  expect(throughline.seen.slice(before).map(({ status }) => status)).toEqual([413, 200, 200]);
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(50));
});
