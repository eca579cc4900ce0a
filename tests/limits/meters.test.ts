import { beforeEach, expect, test } from "vitest";
import { GET as listProfiles } from "@/app/api/v1/profiles/route";
import { pool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import { HourlyBytes, hourlyMegabytes, SenderLimit } from "@/lib/ingest/http/sending-limits";
import { handleIngest } from "@/lib/ingest/pipeline";
import { meterLevel, reportMeters, reportNetworks } from "@/lib/limits/meters.store";
import { grantScope } from "@/lib/scope";
import { asBrowser, asServer, CHROME, makeProject } from "../ingest/support";

/** Two processes are two instances of a limit, as each process has one. */
process.env.API_REQUESTS_PER_SECOND = "2";
process.env.INGEST_MESSAGES_PER_SECOND = "2";

const RATE = 10;
const BURST = 200;
let hosts = 0;
let address = "";
beforeEach(() => {
  address = `198.51.100.${++hosts}`;
});

async function admittedBy(limits: SenderLimit[], requests: number): Promise<number> {
  let admitted = 0;
  for (let n = 0; n < requests; n++) {
    const limit = limits[n % limits.length] as SenderLimit;
    try {
      limit.admit(address, Date.now());
      admitted += 1;
    } catch {}
    await limit.settled();
  }
  return admitted;
}

test("an address that spreads its messages over processes gets no more than one process would give", async () => {
  const start = Date.now();
  const processes = Array.from({ length: 4 }, () => new SenderLimit(RATE, reportNetworks("test")));
  const admitted = await admittedBy(processes, 4 * BURST);
  const waited = ((Date.now() - start) / 1_000) * RATE;
  expect(admitted).toBeGreaterThanOrEqual(BURST);
  expect(admitted).toBeLessThanOrEqual(BURST + waited + processes.length * RATE);
});

test("the database holds no address, and forgets a network within minutes", async () => {
  const limit = new SenderLimit(RATE, reportNetworks("test"));
  limit.charge(address, 50, Date.now());
  await limit.settled();
  const { rows } = await pool().query<{ text: string; life: number }>(
    "SELECT m::text AS text, extract(epoch FROM expires_at - now())::float8 AS life FROM shared_meters m WHERE key LIKE 'test:%'",
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { text, life } of rows) {
    expect(text).not.toContain(address);
    expect(life).toBeLessThanOrEqual(600);
  }
});

test("a project's megabytes an hour count over processes, and Settings shows all of them", async () => {
  const [one, other] = [new HourlyBytes(reportMeters), new HourlyBytes(reportMeters)];
  const project = await makeProject();
  const now = Date.now();
  for (const half of [one, other])
    for (let n = 0; n < 5; n++) {
      half.take(project.id, 100_000, 1, now);
      await half.settled();
    }
  expect(() => one.take(project.id, 100_000, 1, now)).not.toThrow();
  await one.settled();
  expect(() => one.take(project.id, 1, 1, now)).toThrow(expect.objectContaining({ code: "rate_limited" }));
  expect(await hourlyMegabytes(project.id, now)).toBeCloseTo(1.1);
  expect(await meterLevel(pool(), "bytes:nobody:1")).toBe(0);
});

test("a key that asks the API too much gets 429 with the seconds to wait, in its project's debugger too; others are unaffected", async () => {
  const [busy, calm] = [await makeProject(), await makeProject()];
  const ask = (project: typeof busy) =>
    listProfiles(new Request("http://x/api/v1/profiles", { headers: asServer(project.read) }));
  const answers: Response[] = [];
  for (let n = 0; n < 60; n++) answers.push(await ask(busy));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(40);
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask(calm)).status).toBe(200);
  expect(recentMessages(grantScope(busy.id, "system:test")).entries).toMatchObject([
    { status: "refused", via: "/api/v1/profiles", reasons: [expect.stringMatching(/^429: Too many requests/)] },
  ]);
});

test("an address that asks the API without a valid key gets 429 in the end; one with a key does not pay for it", async () => {
  const project = await makeProject();
  const ask = (headers: Record<string, string>) =>
    listProfiles(new Request("http://x/api/v1/profiles", { headers: { "x-forwarded-for": address, ...headers } }));
  const wrong = { ...asServer(project.read), "throughline-client-secret": "guess" };
  const statuses: number[] = [];
  for (let n = 0; n < 60; n++) statuses.push((await ask(n % 2 ? {} : wrong)).status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect((await ask(asServer(project.read))).status).toBe(200);
});

test("a 429 of ingest appears in the debugger of its key's project, once for a whole flood, with their number", async () => {
  const project = await makeProject();
  let now = Date.now();
  const post = () =>
    handleIngest({
      method: "POST",
      url: "/api/track",
      headers: { "user-agent": CHROME, ...asBrowser(project.write) },
      remoteAddress: address,
      receivedAt: now,
      body: async () => Buffer.from(JSON.stringify({ type: "track", payload: { name: "x" } })),
    });
  const statuses: number[] = [];
  for (let n = 0; n < 100; n++) statuses.push((await post()).status);
  const refused = statuses.filter((status) => status === 429).length;
  expect(refused).toBeGreaterThan(20);
  now += 11_000;
  for (let n = 0; n < 100; n++) await post();
  const shown = recentMessages(grantScope(project.id, "system:test")).entries.filter(
    ({ status }) => status === "refused",
  );
  expect(shown).toHaveLength(2);
  expect(shown[0]?.reasons).toEqual([expect.stringMatching(/^429: Too much at once from this address/)]);
  expect(shown[1]?.reasons[1]).toBe(`${refused - 1} more requests before this one`);
});
