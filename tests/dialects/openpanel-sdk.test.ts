import { OpenPanel } from "@openpanel/sdk";
import { beforeAll, expect, test, vi } from "vitest";
import { eventsOf, makeProject, serveIngest, type TestProject } from "../ingest/support";

/** The real, unmodified npm package @openpanel/sdk against our handler. */
const ingest = serveIngest();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const sdk = (secret: boolean, apiUrl = ingest.url()) =>
  new OpenPanel({
    apiUrl,
    clientId: project.write.clientId,
    ...(secret ? { clientSecret: project.write.clientSecret } : {}),
  });

test("a page's SDK learns its device and session, and its login claims earlier events", async () => {
  const op = sdk(false);
  op.setGlobalProperties({ __referrer: "https://news.ycombinator.com/" });
  await op.track("screen_view", { __path: "https://shop.example/pricing", __title: "Pricing" });
  const [device, session] = [op.getDeviceId(), op.getSessionId()];
  expect(device).toMatch(/^[0-9a-f]{32}$/);
  expect(session).toMatch(/^[0-9a-f-]{36}$/);
  await op.identify({ profileId: "u_1", email: "ada@example.com", firstName: "Ada", properties: { plan: "pro" } });
  await op.track("signup", { plan: "pro", groups: ["acme"] });
  await op.increment({ profileId: "u_1", property: "logins", value: 2 });
  await op.decrement({ profileId: "u_1", property: "logins" });
  await op.upsertGroup({ id: "acme", type: "company", name: "Acme" });
  await op.setGroup("acme");
  expect(op.getDeviceId()).toBe(device);
  expect(op.getSessionId()).toBe(session);

  const events = await eventsOf(project);
  expect(events.map(({ kind, name, user }) => [kind, name, user])).toEqual(
    expect.arrayContaining([
      ["event", "screen_view", null],
      ["identify", "identify", "u_1"],
      ["event", "signup", "u_1"],
      ["property", "increment", "u_1"],
      ["property", "decrement", "u_1"],
      ["group", "group", null],
      ["group", "assign_group", "u_1"],
    ]),
  );
  expect(events).toHaveLength(7);
  expect(new Set(events.map((event) => event.stream))).toEqual(new Set([device]));
  expect(events[0]).toMatchObject({ path: "/pricing", referrer: "https://news.ycombinator.com/" });
  expect(events.find((event) => event.name === "signup")).toMatchObject({
    properties: { plan: "pro" },
    groups: ["acme"],
  });
  expect(events.find((event) => event.name === "identify")?.properties).toEqual({
    email: "ada@example.com",
    firstName: "Ada",
    plan: "pro",
  });
});

test("a server's SDK reports revenue for the device id it got from a page", async () => {
  const op = sdk(true);
  await op.revenue(4900, { profileId: "u_1", deviceId: "device-of-page", plan: "pro" });
  const [event] = (await eventsOf(project)).filter(({ name }) => name === "revenue");
  expect(event).toMatchObject({ user: "u_1", stream: "device-of-page", revenue: 4900, properties: { plan: "pro" } });
});

test("events queued before consent arrive with their original time", async () => {
  const op = sdk(false, `${ingest.url()}/api`);
  op.options.disabled = true;
  const before = Date.now();
  await op.track("queued");
  await new Promise((resolve) => setTimeout(resolve, 60));
  op.ready();
  await vi.waitFor(async () => {
    const [event] = (await eventsOf(project)).filter(({ name }) => name === "queued");
    expect(event?.ts).toBeGreaterThanOrEqual(before);
    expect(event?.ts).toBeLessThan(before + 40);
    expect(event?.properties).toEqual({});
  });
});

test("a wrong secret makes it stop instead of retrying", async () => {
  const quiet = new OpenPanel({ apiUrl: ingest.url(), clientId: project.write.clientId, clientSecret: "wrong" });
  const complaints = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(await quiet.track("never")).toBeNull();
  expect(complaints).not.toHaveBeenCalled();
  expect((await eventsOf(project)).some(({ name }) => name === "never")).toBe(false);
});
