import { beforeAll, expect, test } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { expectQuiet, ownersOf, propertiesOf, request, serveCustomer, serveThroughline } from "./support";

/** Rybbit's packages are AGPL, so none is installed: its script's requests are imitated. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const script = (site: string) => `
  const api = "${throughline.url()}/api"; const site = ${JSON.stringify(site)}; let user;
  const send = (type, more = {}) => fetch(api + "/track", { method: "POST", mode: "cors", keepalive: true,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ type, site_id: site, hostname: location.hostname, pathname: location.pathname, querystring: location.search,
      screenWidth: 1280, screenHeight: 720, language: "en", page_title: document.title, referrer: document.referrer,
      ...(user && { user_id: user }), _bs: 0, ...more }) }).then((response) => response.json());
  window.rybbit = {
    config: () => fetch(api + "/site/tracking-config/" + site).then((response) => response.json()),
    pageview: () => send("pageview"),
    event: (event_name, properties) => send("custom_event", { event_name, properties: JSON.stringify(properties) }),
    outbound: (url) => send("outbound", { properties: JSON.stringify({ url, text: "Partner" }) }),
    performance: () => send("performance", { lcp: 900 }),
    identify: (user_id, traits) => { user = user_id; return fetch(api + "/identify", { method: "POST",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify({ site_id: site, user_id, traits, is_new_identify: true }) })
      .then((response) => response.json()); },
  };`;

test("Rybbit's script: a view, events and a login are one person's", async () => {
  const { page, consoleLines } = await customer.visit(script(project.write.clientId), "/pricing?utm_source=newsletter");
  expect(await page.evaluate("rybbit.config()")).toMatchObject({ trackInitialPageView: true, sessionReplay: false });
  const answers = await page.evaluate(`(async () => [
    await rybbit.pageview(),
    await rybbit.event("plan_chosen", { plan: "pro" }),
    await rybbit.outbound("https://partner.example/"),
    await rybbit.identify("u_1", { email: "ada@example.com", plan: "pro", old: null }),
    await rybbit.event("report_created", {}),
    await rybbit.performance(),
  ])()`);
  expect(answers).toEqual(Array.from({ length: 6 }, () => ({ success: true })));
  const events = await eventsOf(project);
  expect(events.map(({ name, user, path }) => [name, user, path])).toEqual([
    ["screen_view", null, "/pricing"],
    ["plan_chosen", null, "/pricing"],
    ["link_out", null, "/pricing"],
    ["identify", "u_1", null],
    ["report_created", "u_1", "/pricing"],
    ["performance", "u_1", "/pricing"],
  ]);
  expect(events[2]?.properties).toMatchObject({ url: "https://partner.example/", text: "Partner" });
  expect(await ownersOf(project, events[0]?.stream)).toContain("u_1");
  expect(await propertiesOf(project, "u_1")).toEqual({ email: "ada@example.com", plan: "pro" });
  expectQuiet(throughline, consoleLines);
});

test("a server's request with the secret as Bearer acts for the visitor it names", async () => {
  const { clientId: site_id, clientSecret } = project.write;
  const message = {
    type: "custom_event",
    site_id,
    event_name: "paid",
    user_id: 4711,
    ip_address: "8.8.8.8",
    pathname: "/x",
  };
  const send = (authorization: string) =>
    request(`${throughline.url()}/api/track`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ ...message, user_agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", unknown_key: 1 }),
    });
  expect((await send(`Bearer ${clientSecret}`)).status).toBe(200);
  expect((await send("Bearer wrong")).status).toBe(401);
  const paid = (await eventsOf(project)).filter(({ name }) => name === "paid");
  expect(paid).toMatchObject([{ user: "4711", country: "US", browser: "Firefox 140", path: "/x" }]);
});
