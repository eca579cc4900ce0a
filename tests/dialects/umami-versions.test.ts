import type umami from "@umami/node";
import { expect, test } from "vitest";
import { eventsOf, makeProject } from "@/tests/ingest/support";
import { propertiesOf, serveThroughline } from "./support";
import { versionsOf } from "./versions";

const throughline = serveThroughline();

test.each(versionsOf("@umami/node"))("$package $version: an event and a user", async ({ module }) => {
  const project = await makeProject();
  const { default: library } = (await import(module)) as { default: typeof umami };
  library.init({ websiteId: project.write.clientId, hostUrl: throughline.url() });
  await library.track({ url: "/pricing", name: "plan_chosen", data: { plan: "pro" } });
  await library.identify({ id: "u_1", plan: "pro" });
  expect(await eventsOf(project)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "plan_chosen", path: "/pricing", properties: { plan: "pro" } }),
      expect.objectContaining({ name: "identify", user: "u_1" }),
    ]),
  );
  expect(await propertiesOf(project, "u_1")).toEqual({ plan: "pro" });
});
