import { connect } from "node:net";
import pg from "pg";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { forgetClients } from "@/lib/projects/clients";
import { revokeClient } from "@/lib/projects/projects.store";
import { grantScope } from "@/lib/scope";
import { asBrowser, asServer, eventsOf, makeProject, send, serveIngest, type TestProject } from "./support";

const ingest = serveIngest();
let project: TestProject;
let guarded: TestProject;
beforeAll(async () => {
  project = await makeProject();
  guarded = await makeProject({ domain: "shop.example", allowedOrigins: ["https://*.partner.example"] });
});

const track = (name = "refused", more: object = {}) => ({ type: "track", payload: { name, ...more } });
const post = (body: unknown, headers: Record<string, string> = asBrowser(project.write), path = "/track") =>
  send(ingest.url() + path, body, headers);
const failure = (status: number, code: string) => ({ status, body: { error: { code, message: expect.any(String) } } });

describe("401: whose key is this", () => {
  test.each([
    ["no key", () => ({})],
    ["an unknown key", () => ({ "openpanel-client-id": "0192f0a0-dead-7000-8000-000000000000" })],
    ["a key that is not a UUID", () => ({ "openpanel-client-id": "'; DROP TABLE clients; --" })],
    ["a wrong secret", () => ({ ...asServer(project.write), "throughline-client-secret": "tl_write_wrong" })],
    [
      "another client's secret",
      () => ({ ...asServer(project.write), "throughline-client-secret": project.root.clientSecret }),
    ],
  ])("%s", async (_what, headers) => {
    expect(await post(track(), headers())).toMatchObject(failure(401, "unauthorized"));
  });

  test("a revoked key", async () => {
    const revoked = await makeProject();
    expect((await post(track(), asBrowser(revoked.write))).status).toBe(200);
    await revokeClient(grantScope(revoked.id, "system:test"), revoked.write.clientId);
    forgetClients();
    expect(await post(track(), asBrowser(revoked.write))).toMatchObject(failure(401, "unauthorized"));
  });
});

describe("403: may it send", () => {
  test("a key that only reads may not send", async () => {
    expect(await post(track(), asServer(project.read))).toMatchObject(failure(403, "forbidden"));
  });

  test.each([
    ["the project's site", "https://shop.example", 200],
    ["its subdomain", "https://www.shop.example", 200],
    ["a listed partner", "https://eu.partner.example", 200],
    ["the developer's machine", "http://localhost:3000", 200],
    ["a stranger's site", "https://stranger.example", 403],
    ["a file", "null", 403],
  ])("a project that names its sites answers %s (%s) with %i", async (_what, origin, status) => {
    const sent = await post(track(), { ...asBrowser(guarded.write), origin });
    expect(sent.status).toBe(status);
    // The page's own SDK must be able to read why.
    expect(sent.headers.get("access-control-allow-origin")).toBe(origin);
  });

  test("a request without an origin needs the secret", async () => {
    expect(await post(track(), asBrowser(guarded.write))).toMatchObject(failure(403, "forbidden"));
    expect((await post(track(), asServer(guarded.write))).status).toBe(200);
  });
});

describe("400, 413, 422: what cannot be accepted", () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  const withProperties = (json: string) => `{"type":"track","payload":{"name":"refused","properties":${json}}}`;
  test.each([
    ["an empty body", "", 400, "bad_request"],
    ["half a JSON", '{"type":"track"', 400, "bad_request"],
    ["a JSON text", '"track"', 400, "bad_request"],
    ["null", "null", 400, "bad_request"],
    ["no type", "{}", 400, "bad_request"],
    ["a batch that is a string", '{"batch":"x"}', 400, "bad_request"],
    ["wrong types", '{"type":"track","payload":{"name":{}}}', 400, "bad_request"],
    ["an unknown type", '{"type":"__proto__","payload":{}}', 400, "bad_request"],
    ["invalid gzip", Buffer.from([0x1f, 0x8b, 1, 2, 3]), 400, "bad_request"],
    ["six levels of nesting", withProperties(deep(6)), 422, "unprocessable"],
    ["five thousand levels", withProperties(deep(5_000)), 422, "unprocessable"],
    ["fifty thousand lists", withProperties(`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), 413, "too_large"],
    [
      "129 properties",
      withProperties(JSON.stringify(Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`k${i}`, i])))),
      422,
      "unprocessable",
    ],
    ["a name of 201 characters", JSON.stringify(track("x".repeat(201))), 422, "unprocessable"],
    ["an invalid date", JSON.stringify({ ...track(), timestamp: "32 Smarch" }), 422, "unprocessable"],
    ["a date far in the past", JSON.stringify({ ...track(), timestamp: "0001-01-01T00:00:00Z" }), 422, "unprocessable"],
    ["a date in 1999", JSON.stringify({ ...track(), timestamp: "1999-01-01T00:00:00Z" }), 422, "too_old"],
    [
      "an event of 33 KiB",
      JSON.stringify(track("refused", { properties: { x: "y".repeat(33 * 1024) } })),
      413,
      "too_large",
    ],
    ["501 messages", JSON.stringify({ batch: Array.from({ length: 501 }, () => track()) }), 413, "too_large"],
    ["2 MiB", JSON.stringify(track("refused", { properties: { x: "y".repeat(2 * 1024 * 1024) } })), 413, "too_large"],
  ])("%s", async (_what, body, status, code) => {
    expect(await post(body)).toMatchObject(failure(status, code));
    expect(await eventsOf(project)).toEqual([]);
  });

  test("2 MiB sent in pieces, without a Content-Length", async () => {
    const piece = new TextEncoder().encode("x".repeat(64 * 1024));
    const body = new ReadableStream({
      pull(controller) {
        sent += piece.byteLength;
        if (sent > 2 * 1024 * 1024) controller.close();
        else controller.enqueue(piece);
      },
    });
    let sent = 0;
    const init = { method: "POST", headers: asBrowser(project.write), body, duplex: "half" } as RequestInit;
    const response = await fetch(`${ingest.url()}/track`, init);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: "too_large" } });
  });

  test("a sender that hangs up half-way affects nobody", async () => {
    const { port } = new URL(ingest.url());
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write(`POST /track HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"type"`, () => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    expect(await post({ batch: [] })).toMatchObject({ status: 200 });
  });
});

describe("404 and 405", () => {
  test.each([
    ["GET", "/track", 405],
    ["PUT", "/track", 405],
    ["POST", "/track/device-id", 405],
    ["POST", "/track/elsewhere", 404],
  ])("%s %s", async (method, path, status) => {
    const sent = await send(ingest.url() + path, track(), asBrowser(project.write), method);
    expect(sent).toMatchObject(failure(status, status === 404 ? "not_found" : "method_not_allowed"));
  });
});

describe("cleaned rather than rejected", () => {
  test("NUL, lone surrogates, __proto__, absurd numbers and future dates", async () => {
    const hostile = await makeProject();
    const body = String.raw`{"type":"track","timestamp":"9999-12-31T00:00:00Z","anonymousId":"d\u0000ev","payload":{
      "name":"hos\u0000tile\ud800","profileId":"u\udfff1","groups":["g\u0000"],
      "properties":{"a\u0000":"x\u0000\ud83d","__proto__":{"admin":true},"n":1e999,"list":["\udc00"],"__title":"t\u0000",
        "__path":"https://shop.example/\u0000?q=\ud800"}}}`;
    expect((await post(body, asBrowser(hostile.write))).status).toBe(200);
    const [event] = await eventsOf(hostile);
    expect(event).toMatchObject({ name: "hostile\ufffd", user: "u\ufffd1", stream: "dev", groups: ["g"] });
    expect(event?.properties).toMatchObject({ a: "x\ufffd", n: null, list: ["\ufffd"] });
    expect(event?.properties).not.toHaveProperty("admin");
    expect(event?.ts).toBeLessThanOrEqual(Date.now());
    expect(event?.warnings?.join()).toMatch(/future/);
  });

  test("invalid ids cost a warning, not the event", async () => {
    const careless = await makeProject();
    const sent = await post(
      {
        batch: ["null", "", "  undefined ", true, {}, "x".repeat(300)].map((profileId) => track("kept", { profileId })),
      },
      asBrowser(careless.write),
    );
    expect(sent.body).toMatchObject({ accepted: 6, rejected: [] });
    expect(sent.body.warnings).toHaveLength(6);
    expect((await eventsOf(careless)).map((event) => event.user)).toEqual([null, null, null, null, null, null]);
  });
});

describe("CORS", () => {
  const origin = "https://shop.example";

  test("a preflight is answered 204 with the requested permissions, for a day", async () => {
    const { status, headers } = await send(
      `${ingest.url()}/api/track`,
      null,
      {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,openpanel-client-id,x-anything",
      },
      "OPTIONS",
    );
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("access-control-allow-methods")).toContain("POST");
    expect(headers.get("access-control-allow-headers")).toBe("content-type,openpanel-client-id,x-anything");
    expect(Number(headers.get("access-control-max-age"))).toBeGreaterThanOrEqual(86_400);
  });

  test.each([
    ["a good request", track(), 200],
    ["a refused one", { type: "?" }, 400],
  ])("%s names the page's origin, never all", async (_what, body, status) => {
    const sent = await post(body, { ...asBrowser(project.write), origin });
    expect(sent.status).toBe(status);
    expect(sent.headers.get("access-control-allow-origin")).toBe(origin);
    expect(sent.headers.get("vary")).toContain("Origin");
  });
});

test("a key only writes into its own project", async () => {
  const [mine, theirs] = [await makeProject(), await makeProject()];
  await post(track("mine"), asBrowser(mine.write));
  await post(track("theirs"), asBrowser(theirs.write));
  expect((await eventsOf(mine)).map((event) => event.name)).toEqual(["mine"]);
  expect((await eventsOf(theirs)).map((event) => event.name)).toEqual(["theirs"]);
});

describe("503: not just now", () => {
  test.each([
    ["known", () => {}],
    ["to be looked up", forgetClients],
  ])(
    "while the database is unreachable, key %s: 503 with a time to retry, and normal again afterwards",
    async (_key, before) => {
      const known = await makeProject();
      expect((await post(track("before"), asBrowser(known.write))).status).toBe(200);
      await cutDatabase(async () => {
        before();
        const away = await post(track("while away"), asBrowser(known.write));
        expect(away).toMatchObject(failure(503, "unavailable"));
        expect(Number(away.headers.get("retry-after"))).toBeGreaterThan(0);
      });
      expect((await post(track("after"), asBrowser(known.write))).status).toBe(200);
      expect((await eventsOf(known)).map((event) => event.name)).toEqual(["before", "after"]);
    },
  );
});

/** Closes all connections to this file's database and refuses new ones while `work` runs. */
async function cutDatabase(work: () => Promise<void>): Promise<void> {
  const { rows } = await pool().query<{ name: string }>("SELECT current_database() AS name");
  const name = rows[0]?.name;
  const admin = new pg.Client({ connectionString: inject("postgresAdminUrl") });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT 0`);
    // Waits until each has ended: one that ends later would be taken from the pool for the request after `work`.
    await admin.query("SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = $1", [name]);
    await work();
  } finally {
    await admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT -1`);
    await admin.end();
  }
}
