import { afterEach, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope } from "@/lib/scope";
import { createClient } from "@/sdk/client";
import { FakeStorage, openPage } from "@/tests/support/page";
import { CHROME, eventsOf, makeProject, send, serveIngest } from "./support";

/** Pages that may not store anything send no ids: the day's salt identifies visitor and visit across page loads. */
const server = serveIngest();

test("page loads without storage are one visitor and one visit; another browser is another", async () => {
  const project = await makeProject();
  const load = (userAgent: string) => {
    const batch = ["screen_view", "clicked"].map((name) => ({
      id: newId(),
      timestamp: new Date().toISOString(),
      type: "track",
      payload: { name, groups: [], properties: { __path: "https://shop.example/" } },
    }));
    const body = JSON.stringify({
      clientId: project.write.clientId,
      sentAt: new Date().toISOString(),
      dropped: 0,
      batch,
    });
    return send(`${server.url()}/track`, body, { "content-type": "text/plain", "user-agent": userAgent });
  };
  for (let page = 0; page < 3; page++) expect((await load(CHROME)).body).toMatchObject({ accepted: 2 });
  await load(CHROME.replace("141", "142"));
  const { rows } = await pool().query(
    `SELECT count(*)::int AS events, count(DISTINCT session_id)::int AS visits
       FROM events WHERE project_id = $1 GROUP BY stream_id ORDER BY 1 DESC`,
    [project.id],
  );
  expect(rows).toEqual([
    { events: 6, visits: 1 },
    { events: 2, visits: 1 },
  ]);
});

afterEach(() => vi.unstubAllGlobals());

test("a page with a snippet from before its project became cookieless learns of it, and leaves nothing on the device", async () => {
  const project = await makeProject();
  const storage = new FakeStorage();
  const fetchIt = globalThis.fetch;
  const load = async (name: string) => {
    openPage({ storage });
    vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
      fetchIt(url, { ...init, headers: { "user-agent": CHROME } }),
    );
    const client = createClient({ clientId: project.write.clientId, apiUrl: server.url() });
    client.track(name);
    client.flush();
    await vi.waitFor(async () => expect((await eventsOf(project)).map((event) => event.name)).toContain(name));
    return client;
  };
  const before = await load("before");
  const device = before.getDeviceId();
  expect(JSON.stringify(storage)).toContain(device);
  await updateProject(grantScope(project.id, "system:test"), { recognition: "cookieless" });
  for (const name of ["after", "next page"]) {
    const client = await load(name);
    await vi.waitFor(() => expect(Object.keys(storage)).toEqual([]));
    client.clear();
    expect([Object.keys(storage), client.getDeviceId()]).toEqual([[], ""]);
  }
  const streams = (await eventsOf(project)).map(({ stream }) => stream);
  expect(streams).toEqual([device, streams[1], streams[1]]);
  expect(streams[1]).not.toBe(device);
});
