import type { OpenPanel } from "@openpanel/sdk";
import { expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { expectQuiet, ownerOf, serveCustomer, serveThroughline } from "./support";
import { versionsOf } from "./versions";

/** Each version of @openpanel/web in Chromium, of @openpanel/sdk in this process. */
const throughline = serveThroughline();
const customer = serveCustomer();

const named = async (project: TestProject, names: string[]) => {
  await vi.waitFor(
    async () => expect((await eventsOf(project)).map(({ name }) => name)).toEqual(expect.arrayContaining(names)),
    { timeout: 20_000, interval: 100 },
  );
  return eventsOf(project);
};

test.concurrent.each(versionsOf("@openpanel/web"))(
  "$package $version: a login claims earlier events, alias is not an error, the user is not a property",
  async ({ module }) => {
    const project = await makeProject();
    const { page, consoleLines } = await customer.visit(`import { OpenPanel } from "${module}";
      const op = new OpenPanel({ apiUrl: "${throughline.url()}/api", clientId: "${project.write.clientId}" });
      (async () => {
        await op.track("before", { plan: "pro" });
        await op.identify({ profileId: "u_1", email: "ada@example.com" });
        await op.track("during", { profileId: "u_1", n: 1 });
        await op.alias({ profileId: "u_1", alias: "u_2" });
        await op.track("last");
      })();`);
    const events = await named(project, ["before", "identify", "during", "last"]);
    expect(events).toHaveLength(4);
    expect(await ownerOf(project, "before")).toBe("u_1");
    expect(events.find(({ name }) => name === "before")?.properties).toEqual({ plan: "pro" });
    expect(events.find(({ name }) => name === "during")).toMatchObject({ user: "u_1", properties: { n: 1 } });
    await page.close();
    expectQuiet(throughline, consoleLines);
  },
);

test.each(versionsOf("@openpanel/sdk"))(
  "$package $version: a screen of an app is a page whose path is its name",
  async ({ module }) => {
    const project = await makeProject();
    const { OpenPanel: Sdk } = (await import(module)) as { OpenPanel: typeof OpenPanel };
    const { clientId, clientSecret } = project.write;
    const op = new Sdk({ apiUrl: throughline.url(), clientId, clientSecret });
    // As @openpanel/react-native's screenView does.
    await op.track("screen_view", { __path: "Home", profileId: "u_1" });
    await op.alias({ profileId: "u_1", alias: "u_2" });
    expect(await eventsOf(project)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "screen_view", path: "Home", user: "u_1", properties: {} }),
      ]),
    );
  },
);
