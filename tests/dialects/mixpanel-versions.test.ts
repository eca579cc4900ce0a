import type Mixpanel from "mixpanel";
import { expect, test, vi } from "vitest";
import { setEraser } from "@/lib/ingest/corrections/eraser";
import { eraseUser } from "@/lib/privacy/erase";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { companiesOf, expectQuiet, ownerOf, propertiesOf, serveCustomer, serveThroughline } from "./support";
import { versionsOf } from "./versions";

/** Each version of mixpanel-browser in Chromium, of mixpanel for Node in this process. */
const throughline = serveThroughline();
const customer = serveCustomer();
setEraser(eraseUser); // as server.ts does

const named = async (project: TestProject, names: string[]) => {
  await vi.waitFor(
    async () => expect((await eventsOf(project)).map(({ name }) => name)).toEqual(expect.arrayContaining(names)),
    { timeout: 20_000, interval: 100 },
  );
  return eventsOf(project);
};

test.concurrent.each(versionsOf("mixpanel-browser"))(
  "$package $version: the owner of each event through a login, a logout and another login",
  async ({ module, version }) => {
    const project = await makeProject();
    // In 2.83 track_charge does nothing but say so.
    const charges = version !== "2.83.0";
    const { page, consoleLines } = await customer.visit(`import mixpanel from "${module}";
      mixpanel.init("${project.write.clientId}", { api_host: "${throughline.url()}", batch_flush_interval_ms: 200 });
      mixpanel.track("before", { plan: "pro" });
      mixpanel.identify("u_1");
      mixpanel.people.set({ $email: "ada@example.com" });
      ${charges ? `mixpanel.people.track_charge(12.5, { sku: "x" });` : ""}
      mixpanel.track("during");
      // What is not sent yet of a person is lost on reset.
      setTimeout(() => {
        mixpanel.reset();
        mixpanel.track("between");
        mixpanel.identify("u_2");
        mixpanel.track("hers");
        mixpanel.reset();
        mixpanel.track("after");
      }, 1500);`);
    const names = ["before", "during", "between", "hers", "after"];
    const events = await named(project, charges ? [...names, "revenue"] : names);
    const owners = await Promise.all(names.map((name) => ownerOf(project, name)));
    // Before 2.26 the package says neither a device nor that somebody logged in.
    const isSilent = version === "2.22.0";
    expect(owners).toEqual([isSilent ? null : "u_1", "u_1", isSilent ? null : "u_2", "u_2", null]);
    expect(new Set(events.map(({ user }) => user))).toEqual(new Set([null, "u_1", "u_2"]));
    expect(events.find(({ name }) => name === "before")?.properties).toEqual({
      plan: "pro",
      utm_source: "newsletter",
    });
    if (charges) {
      expect(events.find(({ name }) => name === "revenue")).toMatchObject({
        user: "u_1",
        revenue: 1250,
        properties: { sku: "x" },
      });
    }
    expect((await propertiesOf(project, "u_1")).email).toBe("ada@example.com");
    await page.close();
    expectQuiet(
      throughline,
      consoleLines.filter((line) => !/^log: document not ready yet/.test(line)),
    );
  },
);

/** Calls one method of Mixpanel's that ends with a callback; what the callback got. */
const call = (work: (done: (error?: unknown) => void) => void) =>
  new Promise<unknown>((resolve) => work((error) => resolve(error)));

test.each(versionsOf("mixpanel"))(
  "$package $version: deletes with the secret, and deleting a company does not create it",
  async ({ module }) => {
    const project = await makeProject();
    const { default: library } = (await import(module)) as { default: typeof Mixpanel };
    const client = (token: string) =>
      library.init(token, { host: throughline.url().slice("http://".length), protocol: "http" });
    const { clientId, clientSecret } = project.write;
    const [open, trusted] = [client(clientId), client(`${clientId}:${clientSecret}`)];
    const time = new Date(Date.now() - 60_000);
    await call((done) => open.track("Seen", { distinct_id: "u_1", time }, done));
    await call((done) => open.track("Seen", { distinct_id: "u_2", time }, done));
    await call((done) => open.people.set("u_1", { plan: "pro" }, done));
    await call((done) => open.people.set("u_2", { tags: ["a", "b"], seats: 3 }, done));
    await call((done) => open.people.append("u_2", "tags", "c", done));
    await call((done) => open.people.union("u_2", { tags: ["c", "d"], first: [1] }, done));
    await call((done) => open.people.remove("u_2", { tags: "a" }, done));
    expect(await propertiesOf(project, "u_2")).toEqual({
      tags: ["b", "c", "d"],
      first: [1],
      seats: 3,
    });
    await call((done) => open.people.track_charge("u_2", 29.99, { $time: time.toISOString() }, done));
    expect((await eventsOf(project)).find(({ name }) => name === "revenue")).toMatchObject({
      user: "u_2",
      revenue: 2999,
      ts: time.getTime(),
      properties: {},
    });
    if (open.groups) expect(await call((done) => open.groups.delete_group("company", "acme", done))).toBeTruthy();
    expect(await companiesOf(project)).toEqual([]);
    expect(await call((done) => open.people.delete_user("u_1", done))).toBeTruthy();
    expect(await propertiesOf(project, "u_1")).toEqual({ plan: "pro" });
    expect(await call((done) => trusted.people.delete_user("u_1", done))).toBeFalsy();
    expect((await eventsOf(project)).map(({ user }) => user)).not.toContain("u_1");
    expect((await eventsOf(project)).map(({ user }) => user)).toContain("u_2");
    // Deleting whom nobody knows is done.
    expect(await call((done) => trusted.people.delete_user("u_1", done))).toBeFalsy();
  },
);
