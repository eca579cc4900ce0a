import Mixpanel from "mixpanel";
import { beforeAll, expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownersOf, propertiesOf, request, serveCustomer, serveThroughline } from "./support";

/** The real, unmodified mixpanel-browser in Chromium and mixpanel for Node. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const init = (project: TestProject) => `import mixpanel from "mixpanel-browser"; window.mixpanel = mixpanel;
  const options = { track_pageview: true, persistence: "localStorage", batch_flush_interval_ms: 300, debug: false };
  mixpanel.init("${project.write.clientId}", { api_host: "${throughline.url()}", ...options });`;

const stored = async (project: TestProject, count: number) => {
  await vi.waitFor(async () => expect((await eventsOf(project)).map(({ name }) => name)).toHaveLength(count), 10_000);
  return eventsOf(project);
};

test("mixpanel-browser: a visit, a login, properties of a person and a company, a logout, and the next person", async () => {
  const { page, consoleLines } = await customer.visit(init(project));
  await page.evaluate(`mixpanel.track("Plan Chosen", { plan: "pro" })`);
  await page.evaluate(`
    mixpanel.identify("u_1");
    mixpanel.people.set({ $email: "ada@example.com", plan: "free" });
    mixpanel.people.set_once("first", 1);
    mixpanel.people.increment("reports", 2);
    mixpanel.people.increment("reports");
    mixpanel.people.union("tags", ["x"]);
    mixpanel.people.unset("gone");
    mixpanel.set_group("company_id", "acme");
    mixpanel.get_group("company_id", "acme").set({ name: "Acme", seats: 5 });
    mixpanel.track("Report Created");
  `);
  // Its queue keeps no order within a moment, so later calls are delayed.
  const known = (traits: object) =>
    vi.waitFor(async () => expect(await propertiesOf(project, "u_1")).toMatchObject(traits), 10_000);
  await known({ plan: "free", reports: 3 });
  await page.evaluate(`mixpanel.people.set("plan", "pro")`);
  await known({ plan: "pro" });
  const events = await stored(project, 14);
  const device = events.find(({ name }) => name === "screen_view")?.stream;
  expect(device).toMatch(/^[0-9a-f-]{36}$/);
  expect(events.filter(({ kind }) => kind !== "property").map(({ name, user }) => [name, user])).toEqual(
    expect.arrayContaining([
      ["screen_view", null],
      ["Plan Chosen", null],
      ["identify", "u_1"],
      ["Report Created", "u_1"],
      ["group", null],
    ]),
  );
  expect(events.find(({ name }) => name === "screen_view")).toMatchObject({
    path: "/",
    title: "Shop",
    browser: "Chrome 141",
  });
  expect(events.find(({ name }) => name === "Plan Chosen")?.properties).toEqual({
    plan: "pro",
    utm_source: "newsletter",
  });
  expect(await ownersOf(project, device)).toEqual(["u_1"]);
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
  expect(await propertiesOf(project, "u_1")).toMatchObject({
    email: "ada@example.com",
    plan: "pro",
    first: 1,
    reports: 3,
    tags: ["x"],
  });

  await page.evaluate(`mixpanel.alias("u_other")`);
  await page.evaluate(`mixpanel.reset(); mixpanel.track("Stranger"); mixpanel.identify("u_2");`);
  await vi.waitFor(async () => {
    const later = await eventsOf(project);
    const stranger = later.find(({ name }) => name === "Stranger");
    expect(stranger).toMatchObject({ user: null });
    expect(stranger?.stream).not.toBe(device);
    expect(await ownersOf(project, stranger?.stream)).toEqual(["u_2"]);
    expect(later.find(({ name }) => name === "$create_alias")?.warnings).toEqual([
      expect.stringContaining("client secret"),
    ]);
  }, 8_000);
  expectQuiet(throughline, consoleLines);
});

/** Calls one method of Mixpanel's that ends with a callback; rejects with what the callback got. */
const call = (work: (done: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())));

const client = (token: string, more: object = {}) =>
  Mixpanel.init(token, { host: throughline.url().slice("http://".length), protocol: "http", ...more });

test.each([false, true])("mixpanel for Node, verbose %s: each callback is called without an error", async (verbose) => {
  const project = await makeProject();
  const mixpanel = client(project.write.clientId, { verbose });
  await call((done) =>
    mixpanel.track("Paid", { distinct_id: "u_1", amount: 3, time: new Date(), $insert_id: "p1" }, done),
  );
  await call((done) =>
    mixpanel.track("Paid", { distinct_id: "u_1", amount: 3, time: new Date(), $insert_id: "p1" }, done),
  );
  await call((done) => mixpanel.track_batch([{ event: "Batched", properties: { distinct_id: "u_2" } }], done));
  await call((done) => mixpanel.people.set("u_1", { $first_name: "Ada", plan: "pro" }, done));
  await call((done) => mixpanel.people.set_once("u_1", { plan: "free", born: 1815 }, done));
  await call((done) => mixpanel.people.increment("u_1", { reports: 2 }, done));
  await call((done) => mixpanel.people.unset("u_1", "born", done));
  await call((done) => mixpanel.groups.set("company", "acme", { name: "Acme" }, done));
  await call((done) => mixpanel.alias("u_1", "u_2", done));
  const events = await eventsOf(project);
  expect(events.filter(({ name }) => name === "Paid")).toMatchObject([
    { user: "u_1", properties: { amount: 3 }, device: "server", stream: null },
  ]);
  expect(events.find(({ name }) => name === "Batched")).toMatchObject({ user: "u_2" });
  expect(await companiesOf(project)).toEqual(["acme (Acme): "]);
  expect(await propertiesOf(project, "u_1")).toEqual({ firstName: "Ada", plan: "pro", reports: 2 });
  // Without the secret two user ids stay two.
  expect(await propertiesOf(project, "u_2")).toEqual({});
});

test.each([false, true])("mixpanel for Node, verbose %s: the callback learns why a key is refused", async (verbose) => {
  const mixpanel = client("anything", { verbose });
  const why = { message: expect.stringMatching(/^Mixpanel Server Error: .*client id is unknown/) };
  await expect(call((done) => mixpanel.track("Paid", {}, done))).rejects.toMatchObject(why);
  const batch = [{ event: "Paid", properties: {} }];
  await expect(call((done) => mixpanel.track_batch(batch, done))).rejects.toMatchObject([why]);
  await expect(call((done) => mixpanel.people.set("u_1", { plan: "pro" }, done))).rejects.toMatchObject(why);
});

test("mixpanel for Node with the secret in its token: an alias makes two ids one person", async () => {
  const project = await makeProject({ domain: "shop.example" });
  const mixpanel = client(`${project.write.clientId}:${project.write.clientSecret}`);
  await call((done) => mixpanel.people.set("u_1", { plan: "pro" }, done));
  await call((done) => mixpanel.alias("u_1", "u_2", done));
  expect(await propertiesOf(project, "u_2")).toEqual({ plan: "pro" });
});

test("an import with the secret may be of any age; with a wrong one it is rejected", async () => {
  // The package sends its secret over https only, so the request it makes is made here.
  const item = {
    event: "Long Ago",
    properties: { token: project.write.clientId, distinct_id: "u_1", time: 1551398400 },
  };
  const body = JSON.stringify([item]);
  const send = (secret: string) =>
    request(`${throughline.url()}/import?strict=1`, {
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}`,
        "content-type": "application/json",
      },
      body,
    });
  expect(await send("wrong")).toMatchObject({ status: 401 });
  const imported = await send(project.write.clientSecret);
  expect([imported.status, JSON.parse(imported.body)]).toEqual([
    200,
    { code: 200, status: "OK", num_records_imported: 1 },
  ]);
  expect((await eventsOf(project))[0]).toMatchObject({ name: "Long Ago", ts: 1551398400000 });
});
