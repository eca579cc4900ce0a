import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { asBrowser, asServer, eventsOf, makeProject, send, serveIngest, type TestProject } from "./support";

const ingest = serveIngest();
let project: TestProject;
beforeAll(async () => {
  project = await makeProject();
});

const track = (name: string, more: object = {}, outside: object = {}) => ({
  type: "track",
  ...outside,
  payload: { name, ...more },
});
const post = (body: unknown, headers: Record<string, string> = {}, path = "/track") =>
  send(ingest.url() + path, body, { ...asBrowser(project.write), ...headers });
const stored = async (name: string) => (await eventsOf(project)).filter((event) => event.name === name);

describe("one message", () => {
  test("is answered 200 with its device and session once it is committed", async () => {
    const anonymousId = "0192f0a0-aaaa-7000-8000-000000000001";
    const { status, headers, body } = await post(
      track("first", { properties: { plan: "pro", __path: "https://shop.example/a?ref=1" } }, { anonymousId }),
    );
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
    expect(body).toEqual({ deviceId: anonymousId, sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await stored("first")).toMatchObject([
      {
        stream: anonymousId,
        user: null,
        properties: { plan: "pro", __query: { ref: "1" } },
        path: "/a",
        browser: "Chrome 141",
        device: "desktop",
        session_id: body.sessionId,
      },
    ]);
  });

  test("that is sent twice is stored once", async () => {
    const message = track("twice", {}, { id: "0192f0a0-bbbb-7000-8000-000000000001", anonymousId: "dev-twice" });
    expect((await post(message)).status).toBe(200);
    expect((await post(message)).status).toBe(200);
    expect(await stored("twice")).toHaveLength(1);
  });

  test("an identify is an event of that name and belongs to the user", async () => {
    const { status } = await post({
      type: "identify",
      anonymousId: "dev-ada",
      payload: { profileId: "ada", email: "ada@example.com", company: "Acme", properties: { plan: "pro" } },
    });
    expect(status).toBe(200);
    const [identify] = (await stored("identify")).filter((event) => event.user === "ada");
    expect(identify).toMatchObject({ stream: "dev-ada", properties: { email: "ada@example.com", company: "Acme" } });
  });

  test.each([0, 1])("a text too long for the search index is cut between characters (%i)", async (offset) => {
    const bio = `${"x".repeat(offset)}${"😀".repeat(5_000)}`;
    const { status } = await post({ type: "identify", payload: { profileId: `long-${offset}`, bio } });
    expect(status).toBe(200);
  });

  test.each(["/track", "/api/track", "/api/track/", "/track?ref=1"])("arrives at %s", async (path) => {
    expect((await post(track("paths", { properties: { path } }), {}, path)).status).toBe(200);
    expect((await stored("paths")).map((event) => event.properties.path)).toContain(path);
  });

  test("the key may be in the query or, from a beacon, in the body", async () => {
    const { clientId } = project.write;
    const url = ingest.url();
    const beacon = await send(`${url}/track`, JSON.stringify({ ...track("beacon"), clientId }), {
      "content-type": "text/plain;charset=UTF-8",
    });
    expect(beacon.status).toBe(200);
    expect((await send(`${url}/track?clientId=${clientId}`, track("beacon"))).status).toBe(200);
    expect(await stored("beacon")).toHaveLength(2);
  });

  test.each([
    ["gzip, announced", { "content-encoding": "gzip" }],
    ["gzip, under text/plain and no name", { "content-type": "text/plain" }],
  ])("may come as %s", async (how, headers) => {
    const message = Buffer.from(JSON.stringify(track("packed", { properties: { how } })));
    expect((await post(gzipSync(message), headers)).status).toBe(200);
    expect((await stored("packed")).map((event) => event.properties.how)).toContain(how);
  });

  test("may come as a base64 form", async () => {
    const form = `data=${encodeURIComponent(Buffer.from(JSON.stringify(track("form"))).toString("base64"))}`;
    expect((await post(form, { "content-type": "application/x-www-form-urlencoded" })).status).toBe(200);
    expect(await stored("form")).toHaveLength(1);
  });

  test("a replay is answered 202 and not stored", async () => {
    const before = (await eventsOf(project)).length;
    const sent = await post({
      type: "replay",
      payload: { chunk_index: 0, sessionId: "s-1", payload: "x".repeat(50_000) },
    });
    expect(sent).toMatchObject({ status: 202, body: { sessionId: "s-1" } });
    expect(await eventsOf(project)).toHaveLength(before);
  });

  test("a crawler is answered 202 and not stored", async () => {
    const bot = { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" };
    expect(await post(track("crawled"), bot)).toMatchObject({ status: 202, body: { bot: true } });
    expect(await post({ batch: [track("crawled")] }, bot)).toMatchObject({
      status: 202,
      body: { bot: true, accepted: 0 },
    });
    expect(await stored("crawled")).toEqual([]);
  });
});

describe("a batch", () => {
  test("counts accepted, duplicate and rejected messages; one bad event does not affect its neighbours", async () => {
    const id = "0192f0a0-cccc-7000-8000-000000000001";
    const { status, body } = await post({
      sentAt: new Date().toISOString(),
      batch: [
        track("batch", {}, { id }),
        track("batch", {}, { id }),
        { type: "track", payload: { name: 7 } },
        "nonsense",
        track("batch"),
      ],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      duplicates: 1,
      rejected: [
        { index: 2, code: "bad_request", field: "payload.name", message: expect.any(String) },
        { index: 3, code: "bad_request", message: expect.any(String) },
      ],
    });
    expect(await stored("batch")).toHaveLength(2);
  });

  test("may be empty", async () => {
    expect(await post({ batch: [] })).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 0, rejected: [] },
    });
  });

  test("takes 500 messages", async () => {
    const batch = Array.from({ length: 500 }, (_, i) => track("five hundred", { properties: { i } }));
    expect(await post({ batch })).toMatchObject({ status: 200, body: { accepted: 500 } });
    expect(await stored("five hundred")).toHaveLength(500);
  });

  test("corrects the device's clock", async () => {
    const hour = 3_600_000;
    const captured = Date.now() - 60_000;
    const iso = (ms: number) => new Date(ms + hour).toISOString();
    await post({ sentAt: iso(Date.now()), batch: [track("skewed", {}, { timestamp: iso(captured) })] });
    const [event] = await stored("skewed");
    expect(Math.abs((event?.ts ?? 0) - captured)).toBeLessThan(1_000);
  });
});

describe("from a server", () => {
  const asCustomer = () => asServer(project.root);

  test("an event has no stream, no place and no browser of its own", async () => {
    await post(track("invoice_paid", { profileId: "u_9" }), { ...asCustomer(), "user-agent": "node" });
    expect(await stored("invoice_paid")).toMatchObject([
      { user: "u_9", stream: null, session_id: null, browser: null, country: null, device: "server" },
    ]);
  });

  test("a forwarded visitor counts as one; without the secret never as the visitor at that address", async () => {
    const forwarded = { "openpanel-client-ip": "8.8.8.8" };
    const { body } = await post(track("forwarded"), { ...asCustomer(), ...forwarded });
    expect(body.deviceId).toMatch(/^[0-9a-f]{32}$/);
    expect(await stored("forwarded")).toMatchObject([{ country: "US", device: "desktop", stream: body.deviceId }]);
    const claimed = (await post(track("claimed forward"), forwarded)).body;
    expect(claimed.deviceId).not.toBe(body.deviceId);
    expect(claimed.deviceId).not.toBe((await post(track("of its own"))).body.deviceId);
  });

  test("alias and unalias need the secret", async () => {
    const alias = { type: "alias", payload: { profileId: "ada", alias: "ada@example.com" } };
    expect(await post(alias)).toMatchObject({ status: 403, body: { error: { code: "forbidden", field: "type" } } });
    expect((await post(alias, asCustomer())).status).toBe(200);
    expect((await post({ ...alias, type: "unalias" }, asCustomer())).status).toBe(200);
  });

  test("historical data may be of any age if marked as an import", async () => {
    const old = track("signed up in 2019", {}, { timestamp: "2019-03-01T00:00:00.000Z" });
    expect(await post(old, asCustomer())).toMatchObject({ status: 422, body: { error: { code: "too_old" } } });
    expect((await post({ import: true, batch: [old] }, asCustomer())).body).toMatchObject({ accepted: 1 });
    expect(await stored("signed up in 2019")).toMatchObject([{ ts: Date.UTC(2019, 2, 1) }]);
  });
});

test("if the session for an answer cannot be read, the answer has none, and the log says why", async () => {
  const anonymousId = "0192f0a0-aaaa-7000-8000-000000000077";
  await post(track("with a session", {}, { anonymousId }));
  const group = { type: "group", anonymousId, payload: { id: "acme" } };
  const { body } = await post(group);
  expect(body).toEqual({ deviceId: anonymousId, sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) });

  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(pool(), "query").mockRejectedValue(new Error("no room"));
  expect(await post(group)).toMatchObject({ status: 200, body: { deviceId: anonymousId, sessionId: "" } });
  expect(logged.mock.calls.flat().join("\n")).toContain("ingest: an answer lacks its session: no room");
  vi.restoreAllMocks();
});

describe("a visitor without an id", () => {
  test("keeps stream and session all day, and gets others with another browser; GET /track/device-id returns them", async () => {
    const { deviceId, sessionId } = (await post(track("no id"))).body;
    expect((await post(track("no id"))).body).toEqual({ deviceId, sessionId });
    const other = { "user-agent": "Mozilla/5.0 (X11) Firefox/140.0" };
    const unknown = await send(
      `${ingest.url()}/track/device-id`,
      null,
      { ...asBrowser(project.write), ...other },
      "GET",
    );
    expect(unknown).toMatchObject({ status: 200, body: { sessionId: "" } });
    expect((await post(track("no id"), other)).body.deviceId).toBe(unknown.body.deviceId);
    expect(unknown.body.deviceId).not.toBe(deviceId);
    const answer = await send(`${ingest.url()}/api/track/device-id`, null, asBrowser(project.write), "GET");
    expect(answer).toMatchObject({ status: 200, body: { deviceId, sessionId } });
  });

  test("leaves neither address nor user agent in any table", async () => {
    const agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0 Unmistakable/7";
    await post(track("private"), { "user-agent": agent });
    const { rows: tables } = await pool().query(
      "SELECT format('%I', c.relname) AS name FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace",
    );
    for (const { name } of tables) {
      const { rows } = await pool().query(
        `SELECT 1 FROM ${name} t WHERE t::text LIKE '%127.0.0.1%' OR t::text LIKE '%Unmistakable%'`,
      );
      expect({ name, rows }).toEqual({ name, rows: [] });
    }
  });

  test("has no id of its own in a cookieless project, whatever the browser sends", async () => {
    const cookieless = await makeProject({ recognition: "cookieless" });
    const message = track("hashed", {}, { anonymousId: "kept-on-device" });
    const { body } = await send(`${ingest.url()}/track`, message, asBrowser(cookieless.write));
    expect(body.deviceId).toMatch(/^[0-9a-f]{32}$/);
    expect(await eventsOf(cookieless)).toMatchObject([{ stream: body.deviceId }]);
  });
});

describe("OpenPanel's older paths", () => {
  test.each([
    [
      "/event",
      { name: "legacy", profileId: "old-1", properties: { a: 1 }, timestamp: new Date().toISOString() },
      "legacy",
    ],
    ["/api/profile", { profileId: "old-1", firstName: "Old" }, "identify"],
    ["/profile/increment", { profileId: "old-1", property: "n", value: 2 }, "increment"],
    ["/profile/decrement", { profileId: "old-1", property: "n" }, "decrement"],
  ])("%s", async (path, body, name) => {
    const headers = { "mixan-client-id": project.write.clientId, "mixan-client-secret": project.write.clientSecret };
    expect((await send(ingest.url() + path, body, headers)).status).toBe(200);
    expect((await stored(name)).some((event) => event.user === "old-1")).toBe(true);
  });
});
