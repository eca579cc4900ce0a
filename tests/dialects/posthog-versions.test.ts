import type { PostHog } from "posthog-node";
import { expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownerOf, propertiesOf, serveCustomer, serveThroughline } from "./support";
import { versionsOf } from "./versions";

/** Each version of posthog-js and posthog-js-lite in Chromium, of posthog-node in this process. */
const throughline = serveThroughline();
const customer = serveCustomer();

const named = async (project: TestProject, names: string[]) => {
  await vi.waitFor(
    async () => expect((await eventsOf(project)).map(({ name }) => name)).toEqual(expect.arrayContaining(names)),
    { timeout: 20_000, interval: 100 },
  );
  return eventsOf(project);
};

const starts: Record<string, (module: string, project: TestProject) => string> = {
  "posthog-js": (module, project) => `import posthog from "${module}";
    posthog.init("${project.write.clientId}", { api_host: "${throughline.url()}", capture_pageview: false, autocapture: false });`,
  "posthog-js-lite": (module, project) => `import { PostHog } from "${module}";
    const posthog = new PostHog("${project.write.clientId}", { host: "${throughline.url()}", flushInterval: 300, captureHistoryEvents: false });`,
};

const inBrowsers = ["posthog-js", "posthog-js-lite"].flatMap(versionsOf);

test.concurrent.each(inBrowsers)(
  "$package $version: the owner of each event through a login, a logout and another login",
  async (it) => {
    const project = await makeProject();
    const { page, consoleLines } = await customer.visit(`${starts[it.package]?.(it.module, project)}
    posthog.capture("before", { plan: "pro" });
    posthog.identify("u_1", { email: "ada@example.com" });
    posthog.capture("during");
    posthog.reset();
    posthog.capture("between");
    posthog.identify("u_2");
    posthog.group("company", "acme", { name: "Acme" });
    posthog.capture("hers");
    posthog.reset();
    posthog.capture("after");`);
    const events = await named(project, ["before", "during", "between", "hers", "after"]);
    expect(
      Object.fromEntries(
        await Promise.all(
          ["before", "during", "between", "hers", "after"].map(async (name) => [name, await ownerOf(project, name)]),
        ),
      ),
    ).toEqual({
      before: "u_1",
      during: "u_1",
      between: "u_2",
      hers: "u_2",
      // Before 1.43 a reset that keeps the device sends nothing.
      after: it.version === "1.30.0" ? "u_2" : null,
    });
    const users = new Set(events.map(({ user }) => user));
    expect(users).toEqual(new Set([null, "u_1", "u_2"]));
    expect(await companiesOf(project)).toEqual(["acme (Acme): u_2"]);
    // Of some sixty properties only what the site sent, and the campaign it came from, is left.
    expect(events.find(({ name }) => name === "before")?.properties).toEqual({
      plan: "pro",
      ...(it.package === "posthog-js" ? { utm_source: "newsletter" } : {}),
    });
    if (it.version !== "1.30.0") expect((await propertiesOf(project, "u_1")).email).toBe("ada@example.com");
    await page.close();
    // 1.30 tells the developer that it waits for the document.
    expectQuiet(
      throughline,
      consoleLines.filter((line) => !/^log: document not ready yet/.test(line)),
    );
  },
);

test("posthog-js without storage: three people in three browsers are three visitors, each with a visit", async () => {
  const project = await makeProject();
  const script = `import posthog from "posthog-js"; posthog.init("${project.write.clientId}", { api_host: "${throughline.url()}",
    capture_pageview: false, autocapture: false, cookieless_mode: "always" }); posthog.capture("seen");`;
  const messages: string[] = [];
  for (const version of [139, 140, 141]) {
    const visit = await customer.visit(
      script,
      "/",
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
    );
    messages.push(...visit.consoleLines);
  }
  const events = await vi.waitFor(async () => {
    const events = await eventsOf(project);
    expect(events).toHaveLength(3);
    return events;
  }, 12_000);
  expect(new Set(events.map(({ stream }) => stream)).size).toBe(3);
  expect(new Set(events.map(({ session_id }) => session_id)).size).toBe(3);
  expect(events.map(({ stream }) => stream)).not.toContain("$posthog_cookieless");
  expectQuiet(throughline, messages);
});

test.each(versionsOf("posthog-node"))(
  "$package $version: companies are not people, and a user without person processing is one person",
  async ({ module }) => {
    const project = await makeProject();
    const { clientId, clientSecret } = project.write;
    const loaded = (await import(module)) as { PostHog: typeof PostHog };
    const client = new loaded.PostHog(`${clientId}:${clientSecret}`, { host: throughline.url(), flushAt: 100 });
    client.identify({ distinctId: "u_1", properties: { email: "ada@example.com" } });
    client.groupIdentify({ groupType: "company", groupKey: "acme", properties: { name: "Acme" } });
    client.groupIdentify({ groupType: "project", groupKey: "7", properties: {} });
    const properties = { $process_person_profile: false, $set: { plan: "lost" }, amount: 3 };
    client.capture({ distinctId: "u_1", event: "paid", properties, groups: { company: "acme" } });
    client.capture({ distinctId: "01a21d19-4750-764c-a374-23ca8991eed6", event: "seen", properties });
    client.capture({
      distinctId: "u_1",
      event: "$feature_flag_called",
      properties: { $feature_flag: "new", $feature_flag_response: true },
    });
    await (client.shutdown as () => Promise<void> | undefined)();
    const events = await named(project, ["paid", "seen", "$feature_flag_called"]);
    expect(events.find(({ name }) => name === "paid")).toMatchObject({
      user: "u_1",
      stream: null,
      session_id: null,
      properties: { amount: 3 },
    });
    expect(events.find(({ name }) => name === "seen")).toMatchObject({
      user: null,
      stream: "01a21d19-4750-764c-a374-23ca8991eed6",
    });
    expect(events.find(({ name }) => name === "$feature_flag_called")).toMatchObject({
      active: false,
      properties: { $feature_flag: "new", $feature_flag_response: true },
    });
    expect(new Set(events.map(({ user }) => user))).toEqual(new Set([null, "u_1"]));
    expect(await companiesOf(project)).toEqual(["acme (Acme): u_1", "project:7 (): "]);
    expect(await propertiesOf(project, "u_1")).toEqual({ email: "ada@example.com" });
  },
);
