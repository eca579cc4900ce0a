import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { pool } from "@/lib/db/pool";
import { nodeIngest } from "@/lib/ingest/serve";
import { throughlineProxy, visitorOf } from "@/sdk/node/express";
import { Throughline } from "@/sdk/node/index";
import { createRouteHandler, visitorOf as visitorOfHeaders } from "@/sdk/node/next";
import { CHROME, eventsOf, makeProject, type TestProject } from "../ingest/support";

const root = join(import.meta.dirname, "../..");

/** The fate of the next requests, in order; later ones succeed. */
type Fault = "503" | "503 later" | "reset" | "lost answer" | "hotel";
let faults: Fault[] = [];
let requests = 0;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  requests += 1;
  const fault = faults.shift();
  if (fault === "reset") return void request.socket.destroy();
  if (fault === "503" || fault === "503 later") {
    response.writeHead(503, fault === "503" ? {} : { "retry-after": "1" });
    return void response.end();
  }
  if (fault === "hotel") return void response.end("<h1>Welcome</h1>");
  if (fault === "lost answer") {
    const { socket } = request;
    response.end = () => {
      socket.destroy();
      return response;
    };
  }
  await nodeIngest(request, response);
}

let server: Server;
let project: TestProject;
let errors: string[];
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const open: Throughline[] = [];
function client(options: Partial<ConstructorParameters<typeof Throughline>[0]> = {}): Throughline {
  const op = new Throughline({
    ...project.write,
    apiUrl: `${url()}/api`,
    onError: ({ message }) => errors.push(message),
    ...options,
  });
  open.push(op);
  return op;
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
});
beforeEach(async () => {
  project = await makeProject();
  [faults, requests, errors] = [[], 0, []];
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((op) => op.close()));
  vi.restoreAllMocks();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const names = async () => (await eventsOf(project)).map(({ name }) => name);

test("every call arrives as sent, in one request", async () => {
  const op = client();
  op.track("invoice_paid", { profileId: "u_1", amount: 49, groups: ["acme"] });
  op.identify({ profileId: "u_1", email: "ada@example.com", plan: "free" });
  op.set("u_1", { plan: "pro", trial: true });
  op.setOnce("u_1", { plan: "never", first: 1 });
  op.unset("u_1", "trial");
  op.increment({ profileId: "u_1", property: "logins", value: 3 });
  op.decrement({ profileId: "u_1", property: "logins" });
  op.revenue(4900, { profileId: "u_1" });
  op.group({ id: "acme", name: "Acme" });
  op.setGroups("u_1", ["acme"]);
  op.alias("u_1", "u_one");
  await op.flush();
  expect([requests, errors]).toEqual([1, []]);
  expect(await names()).toHaveLength(11);
  const { rows } = await pool().query(
    "SELECT props, email FROM profiles WHERE project_id = $1 AND display_id = 'u_1'",
    [project.id],
  );
  expect(rows).toMatchObject([{ email: "ada@example.com", props: { plan: "pro", first: 1, logins: 2 } }]);
  expect(rows[0]?.props).not.toHaveProperty("trial");
  expect((await eventsOf(project)).find(({ name }) => name === "revenue")).toMatchObject({
    revenue: 4900,
    device: "server",
  });
});

test("with a server that refuses, resets or loses its answer, or another server answering for it, each event arrives once, in order", async () => {
  faults = ["503", "reset", "lost answer", "hotel", "503 later"];
  const op = client({ flushAt: 4 });
  const sent = Array.from({ length: 10 }, (_, i) => `event ${i}`);
  for (const name of sent) op.track(name, { profileId: "u_1" });
  await op.flush();
  expect(await names()).toEqual(sent);
  expect([requests, errors]).toEqual([8, []]);
});

test("Retry-After is respected", async () => {
  faults = ["503 later"];
  const op = client();
  op.track("late");
  const started = Date.now();
  await op.flush();
  expect(Date.now() - started).toBeGreaterThanOrEqual(1_000);
  expect(await names()).toEqual(["late"]);
});

test("permanently rejected messages are reported and not retried; the others are stored", async () => {
  const op = client();
  op.track("");
  op.track("fine");
  op.track("circle", { self: BigInt(1) });
  await op.flush();
  expect(await names()).toEqual(["fine"]);
  expect(errors).toEqual([expect.stringContaining("BigInt"), expect.stringContaining("payload.name")]);
  const stranger = client({ clientSecret: "wrong" });
  stranger.track("nobody's");
  await stranger.flush();
  expect(errors.at(-1)).toMatch(/401.*secret is wrong/);
  expect(requests).toBe(2);
});

describe("no argument of a caller stops the queue:", () => {
  const tooLong = "x".repeat(300);

  test.each([
    [
      "throws",
      () => {
        throw new Error("theirs");
      },
    ],
    ["rejects", () => Promise.reject(new Error("theirs"))],
  ])("an onError that %s", async (_what, complain) => {
    const onError = vi.fn(complain) as () => void;
    const op = client({ onError });
    op.track(tooLong);
    op.track("circle", { n: 10n });
    op.track("fine");
    await op.flush();
    expect(await names()).toEqual(["fine"]);
    expect([requests, vi.mocked(onError).mock.calls.length]).toEqual([1, 2]);
    op.track("later");
    await op.flush();
    expect([requests, await names()]).toEqual([2, ["fine", "later"]]);
  });

  test.each([0, -1, 0.5, Number.NaN, "12", undefined])("flushAt, flushMs and maxQueue of %s", async (number) => {
    const value = number as number;
    const op = client({ flushAt: value, flushMs: value, maxQueue: value });
    op.track("fine");
    await op.flush();
    expect(await names()).toEqual(["fine"]);
  });

  test("properties that throw when read, or are not an object", async () => {
    const op = client();
    const trap = {
      get plan() {
        throw new Error("theirs");
      },
    };
    op.track("trap", trap);
    op.track("none", null as never);
    op.identify(trap as never);
    op.identify(null as never);
    op.increment(null as never);
    op.group(trap as never);
    op.track("fine", {
      at: {
        toJSON: () => {
          throw new Error("theirs");
        },
      },
    });
    op.track("last");
    await op.flush();
    expect((await names()).sort()).toEqual(["last", "none"]);
    expect(errors.slice(0, 5)).toEqual(["theirs", "theirs", expect.any(String), "theirs", "theirs"]);
  });
});

test("while the server is unreachable the newest messages are kept, the oldest dropped and counted", async () => {
  faults = ["503"];
  const op = client({ maxQueue: 3, flushAt: 100 });
  for (const name of ["a", "b", "c", "d", "e"]) op.track(name);
  await op.flush();
  expect(await names()).toEqual(["c", "d", "e"]);
});

test("a disabled client sends nothing", async () => {
  const op = client({ disabled: true });
  op.track("x");
  await op.close();
  expect(requests).toBe(0);
});

describe("a process that ends", () => {
  const script = (ending: string, options = "") => `
    import { Throughline } from ${JSON.stringify(join(root, "sdk/node/index.ts"))};
    const op = new Throughline({ ...${JSON.stringify(project.write)}, apiUrl: ${JSON.stringify(`${url()}/api`)}, ${options} });
    for (let i = 0; i < 250; i++) op.track("event " + String(i).padStart(3, "0"), { profileId: "u_1" });
    ${ending}`;
  const all = Array.from({ length: 250 }, (_, i) => `event ${String(i).padStart(3, "0")}`);
  const node = (code: string) => ["--import", "tsx", "--input-type=module", "-e", code];

  test("sends its queue first when exiting normally, whatever the network does", async () => {
    faults = ["503", "lost answer"];
    await promisify(execFile)(process.execPath, node(script("")), { cwd: root });
    expect(await names()).toEqual(all);
  });

  test("does so with process.exit() after close(), too", async () => {
    await promisify(execFile)(process.execPath, node(script("await op.close(); process.exit(0);")), { cwd: root });
    expect(await names()).toEqual(all);
  });

  test("does so on SIGTERM, if configured", async () => {
    const code = script(
      `console.log("ready"); setInterval(() => {}, 1000);`,
      "flushOnSigterm: true, flushAt: 500, flushMs: 60000",
    );
    const child = spawn(process.execPath, node(code), { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    const [exitCode] = await once(child, "exit");
    expect(exitCode).toBe(143);
    expect(await names()).toEqual(all);
  });

  test("is not kept alive for longer than configured when the server is unreachable", async () => {
    faults = Array.from({ length: 100 }, (): Fault => "reset");
    const started = Date.now();
    await promisify(execFile)(process.execPath, node(script("", "exitMs: 300")), { cwd: root });
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(await names()).toEqual([]);
  });
});

describe("acting for a visitor", () => {
  test("passes on their country, browser and device, and links the device's earlier history", async () => {
    const op = client();
    const headers = {
      "user-agent": CHROME,
      "x-forwarded-for": "8.8.8.8",
      "throughline-device-id": "5d0c7a3e-1111-7000-8000-00000000abcd",
      referer: "https://shop.example/checkout",
    };
    const visitor = visitorOf({ headers, socket: {} } as unknown as IncomingMessage, 1);
    op.for(visitor).track("checkout", { profileId: "u_1" });
    op.for(visitorOfHeaders(new Headers(headers))).track("checkout");
    await op.flush();
    const events = await eventsOf(project);
    expect(events).toHaveLength(2);
    for (const event of events) {
      expect(event).toMatchObject({
        country: "US",
        browser: "Chrome 141",
        device: "desktop",
        path: "/checkout",
        stream: headers["throughline-device-id"],
      });
    }
  });

  test("ignores forwarding headers without trusted proxies", () => {
    const request = { headers: { "x-forwarded-for": "9.9.9.9" }, socket: { remoteAddress: "1.1.1.1" } };
    expect(visitorOf(request as unknown as IncomingMessage).ip).toBe("1.1.1.1");
  });
});

describe("a first-party proxy", () => {
  const body = (name: string) =>
    JSON.stringify({ clientId: project.write.clientId, batch: [{ type: "track", payload: { name } }] });

  test("of Express forwards events, keeps visitors distinct, and passes other requests on", async () => {
    const middleware = throughlineProxy({ origin: url(), proxies: 1 });
    const site = createServer(
      (request, response) => void middleware(request, response, () => response.writeHead(418).end()),
    ).listen(0, "127.0.0.1");
    await once(site, "listening");
    const at = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    try {
      const send = (name: string, ip: string) =>
        fetch(`${at}/track`, {
          method: "POST",
          body: body(name),
          headers: { "user-agent": CHROME, "x-forwarded-for": ip },
        });
      const answers = [await send("one", "8.8.8.8"), await send("two", "1.1.1.1")];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect((await fetch(`${at}/other`)).status).toBe(418);
      faults = ["reset"];
      expect((await send("three", "8.8.8.8")).status).toBe(503);
    } finally {
      site.closeAllConnections();
      site.close();
    }
    const events = await eventsOf(project);
    expect(events.map(({ name, country }) => [name, country])).toEqual([
      ["one", "US"],
      ["two", expect.any(String)],
    ]);
    expect(new Set(events.map(({ stream }) => stream)).size).toBe(2);
  });

  test("of Next.js does the same", async () => {
    const { GET, POST } = createRouteHandler({ origin: url() });
    const headers = { "user-agent": CHROME, "x-forwarded-for": "8.8.8.8" };
    const sent = await POST(
      new Request("https://shop.example/ping/track", { method: "POST", body: body("through next"), headers }),
    );
    expect([sent.status, await sent.json()]).toMatchObject([200, { accepted: 1 }]);
    expect(await eventsOf(project)).toMatchObject([{ name: "through next", country: "US", browser: "Chrome 141" }]);
    expect((await GET(new Request("https://shop.example/ping/else"))).status).toBe(404);
    faults = ["reset"];
    expect((await POST(new Request("https://shop.example/ping/track", { method: "POST", body: "{}" }))).status).toBe(
      503,
    );
  });
});
