import umami from "@umami/node";
import { beforeAll, expect, test, vi } from "vitest";
import { CHROME, eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { expectQuiet, ownerOf, ownersOf, propertiesOf, request, serveCustomer, serveThroughline } from "./support";

/** Umami's tracker is not on npm, so its requests are imitated. @umami/node is the real package. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

/** What the tracker of 3.1 sends (src/tracker/index.js), with its cache header, which makes browsers ask first. */
const tracker = (website: string) => `
  let cache; let identity;
  const payload = () => ({ website: ${JSON.stringify(website)}, screen: screen.width + "x" + screen.height, language: navigator.language,
    title: document.title, hostname: location.hostname, url: location.href, referrer: document.referrer, tag: "a", id: identity });
  const send = async (extra, type = "event") => {
    const response = await fetch("${throughline.url()}/api/send", { keepalive: true, method: "POST", credentials: "omit",
      headers: { "Content-Type": "application/json", ...(cache !== undefined && { "x-umami-cache": cache }) },
      body: JSON.stringify({ type, payload: { ...payload(), ...extra } }) });
    const data = await response.json();
    cache = data.cache;
    return data;
  };
  window.umami = { track: (name, data) => send(name ? { name, data } : {}),
    identify: (id, data) => { identity = id; cache = ""; return send({ id, data }, "identify"); }, performance: (data) => send(data, "performance") };`;

test("Umami's tracker: a view, an event and a login are one person's", async () => {
  const { page, consoleLines } = await customer.visit(
    tracker(project.write.clientId),
    "/pricing?utm_source=newsletter",
  );
  const answers = (await page.evaluate(`(async () => [
    await umami.track(),
    await umami.track("plan_chosen", { plan: "pro" }),
    await umami.identify("u_1", { email: "ada@example.com" }),
    await umami.track("report_created"),
    await umami.performance({ lcp: 1200, cls: 0.01 }),
  ])()`)) as { cache: string; sessionId: string; visitId: string }[];
  expect(new Set(answers.map(({ sessionId }) => sessionId)).size).toBe(1);
  expect(new Set(answers.map(({ visitId }) => visitId)).size).toBe(1);
  expect(answers[0]?.cache).toMatch(/^[\w-]{20,}$/);
  const events = await eventsOf(project);
  expect(events.map(({ name, user, path }) => [name, user, path])).toEqual([
    ["screen_view", null, "/pricing"],
    ["plan_chosen", null, "/pricing"],
    ["identify", "u_1", null],
    ["report_created", "u_1", "/pricing"],
    ["performance", "u_1", "/pricing"],
  ]);
  expect(events[1]).toMatchObject({ properties: { plan: "pro", tag: "a" }, browser: "Chrome 141", title: "Pricing" });
  expect(events[4]?.properties).toMatchObject({ lcp: 1200, cls: 0.01 });
  expect(await ownersOf(project, answers[0]?.sessionId)).toContain("u_1");
  expect(await ownerOf(project, "plan_chosen")).toBe("u_1");
  expect(await propertiesOf(project, "u_1")).toEqual({ email: "ada@example.com" });
  expectQuiet(throughline, consoleLines);
});

test("@umami/node: a server's events, and a user it names", async () => {
  const project = await makeProject();
  umami.init({ websiteId: project.write.clientId, hostUrl: throughline.url() });
  expect((await umami.track({ url: "/home", title: "Home" })).status).toBe(200);
  expect((await umami.track("job_done", { rows: 3 })).status).toBe(200);
  expect((await umami.identify({ id: "u_1", plan: "pro" })).status).toBe(200);
  const events = await eventsOf(project);
  expect(events).toMatchObject([
    { name: "screen_view", path: "/home", stream: null },
    { name: "job_done", properties: { rows: 3 }, stream: null },
    { name: "identify", user: "u_1" },
  ]);
  expect(await propertiesOf(project, "u_1")).toEqual({ plan: "pro" });
});

test("a batch counts what it accepted; a crawler gets Umami's answer", async () => {
  const website = project.write.clientId;
  const item = (name: string) => ({ type: "event", payload: { website, name, url: "/", hostname: "shop.example" } });
  const send = (body: unknown, agent = CHROME) =>
    request(`${throughline.url()}/api/batch`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": agent },
      body: JSON.stringify(body),
    });
  const { body } = await send([item("b1"), { type: "nonsense", payload: { website } }, item("b2")]);
  expect(JSON.parse(body)).toMatchObject({ size: 3, processed: 2, errors: 1, details: [{ index: 1 }] });
  await vi.waitFor(async () =>
    expect((await eventsOf(project)).filter(({ name }) => /^b\d$/.test(name))).toHaveLength(2),
  );
  const bot = await send([item("b3")], "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)");
  expect([bot.status, JSON.parse(bot.body)]).toEqual([200, { beep: "boop" }]);
});
