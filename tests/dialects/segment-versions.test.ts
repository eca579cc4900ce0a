import type { Analytics } from "@segment/analytics-node";
import { expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownerOf, propertiesOf, serveCustomer, serveThroughline } from "./support";
import { versionsOf } from "./versions";

/** Each version of analytics-next in Chromium, of analytics-node in this process. */
const throughline = serveThroughline();
const customer = serveCustomer();

const named = async (project: TestProject, names: string[]) => {
  await vi.waitFor(
    async () => expect((await eventsOf(project)).map(({ name }) => name)).toEqual(expect.arrayContaining(names)),
    { timeout: 20_000, interval: 100 },
  );
  return eventsOf(project);
};

test.concurrent.each(versionsOf("@segment/analytics-next"))(
  "$package $version: the owner of each event through a login, a logout and another login",
  async ({ module }) => {
    const project = await makeProject();
    const { page, consoleLines } = await customer.visit(`import { AnalyticsBrowser } from "${module}";
    const analytics = AnalyticsBrowser.load({ writeKey: "${project.write.clientId}", cdnURL: "${throughline.url()}" });
    analytics.page();
    (async () => {
      await analytics.track("before", { plan: "pro" });
      await analytics.identify("u_1", { email: "ada@example.com" });
      await analytics.group("acme", { name: "Acme" });
      await analytics.track("during");
      await analytics.reset();
      await analytics.track("between");
      await analytics.identify("u_2");
      await analytics.track("hers");
      await analytics.reset();
      await analytics.track("after");
    })();`);
    const names = ["before", "during", "between", "hers", "after"];
    const events = await named(project, names);
    const owners = await Promise.all(names.map((name) => ownerOf(project, name)));
    expect(owners).toEqual(["u_1", "u_1", "u_2", "u_2", null]);
    expect(events.find(({ name }) => name === "before")?.properties).toEqual({ plan: "pro" });
    expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
    expect((await propertiesOf(project, "u_1")).email).toBe("ada@example.com");
    await page.close();
    expectQuiet(throughline, consoleLines);
  },
);

const DEVICE = "0192f0a0-0000-7000-8000-0000000000d1";
const campaign = { name: "spring", source: "newsletter", medium: "email" };

test.each([...versionsOf("@segment/analytics-node"), ...versionsOf("analytics-node")])(
  "$package $version: a campaign is kept, a screen's name is its path",
  async (it) => {
    const project = await makeProject();
    const { clientId, clientSecret } = project.write;
    const key = `${clientId}:${clientSecret}`;
    const context = { campaign };
    const calls = [
      ["track", { anonymousId: DEVICE, event: "before", properties: { n: 1 }, context }],
      ["screen", { anonymousId: DEVICE, name: "Home" }],
      ["identify", { anonymousId: DEVICE, userId: "u_1", traits: { email: "ada@example.com" } }],
      ["track", { userId: "u_1", event: "after" }],
    ] as const;
    const loaded = await import(it.module);
    if (it.package === "analytics-node") {
      const client = new loaded.default(key, { host: throughline.url() });
      for (const [call, message] of calls) client[call](message);
      await client.flush();
    } else {
      const client = new loaded.Analytics({ writeKey: key, host: throughline.url() }) as Analytics;
      for (const [call, message] of calls) (client[call] as (message: unknown) => void)(message);
      await client.closeAndFlush();
    }
    const events = await named(project, ["before", "screen_view", "identify", "after"]);
    expect(events.find(({ name }) => name === "before")?.properties).toEqual({ n: 1 });
    const { rows } = await pool().query("SELECT context FROM sessions WHERE project_id = $1", [project.id]);
    expect(rows.map(({ context }) => context)).toContainEqual(
      expect.objectContaining({ utmSource: "newsletter", utmMedium: "email", utmCampaign: "spring" }),
    );
    expect(events.find(({ name }) => name === "screen_view")).toMatchObject({ path: "Home", title: "Home" });
    expect(await ownerOf(project, "before")).toBe("u_1");
  },
);

test("/v1/import with the secret takes history", async () => {
  const project = await makeProject();
  const { clientId, clientSecret } = project.write;
  const send = (key: string) =>
    fetch(`${throughline.url()}/v1/import`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(key).toString("base64")}`, "content-type": "application/json" },
      body: JSON.stringify({
        batch: [
          { type: "track", userId: "u_1", event: "long ago", timestamp: "2019-03-01T10:00:00.000Z", messageId: "m-1" },
        ],
      }),
    });
  expect((await send(`${clientId}:`)).status).toBe(422);
  expect((await send(`${clientId}:${clientSecret}`)).status).toBe(200);
  expect(await eventsOf(project)).toMatchObject([{ name: "long ago", user: "u_1", ts: Date.UTC(2019, 2, 1, 10) }]);
});
