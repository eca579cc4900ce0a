import { createRouteHandler } from "@openpanel/nextjs/server";
import { beforeAll, expect, test, vi } from "vitest";
import { CHROME, eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownerOf, serveCustomer, serveThroughline } from "./support";

/** The real, unmodified @openpanel/web and @openpanel/nextjs; @openpanel/sdk is in openpanel-sdk.test.ts. */
const throughline = serveThroughline();
const customer = serveCustomer();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const options = (project: TestProject) =>
  JSON.stringify({
    apiUrl: `${throughline.url()}/api`,
    clientId: project.write.clientId,
    trackScreenViews: true,
    trackAttributes: true,
  });

test("@openpanel/web: pages, a click and a login are one person's, each stored once", async () => {
  const script = `import { OpenPanel } from "@openpanel/web"; window.op = new OpenPanel(${options(project)});`;
  const { page, consoleLines } = await customer.visit(script);
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(1), 5_000);
  await page.evaluate(`(async () => {
    await op.track("plan_chosen", { plan: "pro", groups: ["acme"] });
    await op.identify({ profileId: "u_1", email: "ada@example.com", properties: { plan: "pro" } });
    await op.upsertGroup({ id: "acme", type: "company", name: "Acme" });
    await op.setGroup("acme");
    history.pushState({}, "", "/pricing");
  })()`);
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(6), 5_000);
  const events = await eventsOf(project);
  const device = events[0]?.stream;
  expect(events.map(({ name, user, stream, path }) => [name, user, stream, path])).toEqual(
    expect.arrayContaining([
      ["screen_view", null, device, "/"],
      ["plan_chosen", null, device, "/"],
      ["identify", "u_1", device, null],
      ["group", null, device, null],
      ["assign_group", "u_1", device, null],
      ["screen_view", "u_1", device, "/pricing"],
    ]),
  );
  expect(await page.evaluate("op.getDeviceId()")).toBe(device);
  // What came before the login is hers.
  expect(await ownerOf(project, "plan_chosen")).toBe("u_1");
  expect(await companiesOf(project)).toEqual(["acme (Acme): u_1"]);
  expectQuiet(throughline, consoleLines);
});

test("@openpanel/nextjs: its component queues, our script under OpenPanel's name sends", async () => {
  const project = await makeProject();
  const script = `import { createElement as h } from "react"; import { createRoot } from "react-dom/client";
    import { OpenPanelComponent, useOpenPanel } from "@openpanel/nextjs";
    const props = { ...${options(project)}, profileId: "u_2", scriptUrl: "/op1.js" };
    const App = () => { window.hook = useOpenPanel(); return h(OpenPanelComponent, props); };
    addEventListener("DOMContentLoaded", () => {
      createRoot(document.body.appendChild(document.createElement("div"))).render(h(App));
    });`;
  const { page, consoleLines } = await customer.visit(script);
  await page.waitForFunction("window.op && window.hook");
  await page.evaluate(`hook.track("from_hook", { a: 1 })`);
  await vi.waitFor(async () => expect(await eventsOf(project)).toHaveLength(3), 10_000);
  const events = await eventsOf(project);
  expect(events.map(({ name, user }) => `${name} ${user}`).sort()).toEqual([
    "from_hook u_2",
    "identify u_2",
    "screen_view u_2",
  ]);
  expect(new Set(events.map(({ stream }) => stream)).size).toBe(1);
  expectQuiet(throughline, consoleLines);
});

test("@openpanel/nextjs: its route handler passes events on, and its visitors are distinguished", async () => {
  const handler = createRouteHandler({ apiUrl: throughline.url() });
  const send = async (name: string, address: string) => {
    const headers = {
      "content-type": "application/json",
      "openpanel-client-id": project.write.clientId,
      "x-forwarded-for": address,
      "user-agent": CHROME,
      origin: "https://shop.example",
    };
    const body = JSON.stringify({ type: "track", payload: { name } });
    const request = new Request("https://shop.example/api/op/track", { method: "POST", headers, body });
    const response = await handler(request as Parameters<typeof handler>[0]);
    expect(response.status).toBe(200);
    return (await response.json()) as { deviceId: string; sessionId: string };
  };
  const [first, again, other] = [await send("p1", "8.8.8.8"), await send("p2", "8.8.8.8"), await send("p3", "9.9.9.9")];
  expect(again).toEqual(first);
  expect(other.deviceId).not.toBe(first.deviceId);
  const events = (await eventsOf(project)).filter(({ name }) => /^p\d/.test(name));
  expect(events.map(({ name, stream, country }) => [name, stream, country])).toEqual([
    ["p1", first.deviceId, "US"],
    ["p2", first.deviceId, "US"],
    ["p3", other.deviceId, expect.any(String)],
  ]);
  // Sending somebody's address from elsewhere does not reach their stream.
  const direct = await fetch(`${throughline.url()}/track`, {
    method: "POST",
    headers: {
      "openpanel-client-id": project.write.clientId,
      "user-agent": CHROME,
      "content-type": "application/json",
    },
    body: JSON.stringify({ type: "track", payload: { name: "direct" } }),
  });
  expect(((await direct.json()) as { deviceId: string }).deviceId).not.toBe(first.deviceId);
});
