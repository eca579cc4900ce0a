import { beforeEach, expect, test, vi } from "vitest";
import { keyMessagesPerSecond } from "@/lib/config";
import { recentMessages } from "@/lib/debugger/relay";
import { newId } from "@/lib/ids";
import { KeyLimit } from "@/lib/ingest/http/sending-limits";
import { handleIngest } from "@/lib/ingest/pipeline";
import { reportMeters } from "@/lib/limits/meters.store";
import { grantScope } from "@/lib/scope";
import { asBrowser, asServer, CHROME, eventsOf, makeProject, type TestProject } from "./support";

/** A message a second with the secret, twenty at once. */
process.env.INGEST_KEY_MESSAGES_PER_SECOND = "1";

let project: TestProject;
beforeEach(async () => {
  project = await makeProject();
});

const NOW = Date.now();

async function post(body: object, headers: Record<string, string>, path = "/api/track", now = NOW) {
  const { status, headers: answered } = await handleIngest({
    method: "POST",
    url: path,
    headers: { "user-agent": CHROME, ...headers },
    remoteAddress: "203.0.113.9",
    receivedAt: now,
    body: async () => Buffer.from(JSON.stringify(body)),
  });
  return { status, retryAfter: answered["retry-after"] };
}

const batch = (count: number) => ({
  batch: Array.from({ length: count }, () => ({ type: "track", payload: { name: "order", profileId: "ada" } })),
});

test("a key that sends too much with its secret gets 429 with the seconds to wait, and its debugger shows it", async () => {
  expect((await post(batch(80), asServer(project.write))).status).toBe(200);
  // 80 where 20 are allowed: a debt of 60, and one more.
  expect(await post(batch(1), asServer(project.write))).toEqual({ status: 429, retryAfter: "61" });
  const shown = recentMessages(grantScope(project.id, "system:test")).entries.filter(
    ({ status }) => status === "refused",
  );
  expect(shown).toMatchObject([{ via: "/api/track", reasons: [expect.stringMatching(/^429: .* from this key/)] }]);
  expect((await post(batch(1), asServer(project.write), "/api/track", NOW + 61_000)).status).toBe(200);
  expect(await eventsOf(project)).toHaveLength(81);
});

test("other keys of the project keep working, and so do its browsers: strangers who know the id cannot use up the limit", async () => {
  for (let turn = 0; turn < 3; turn++) expect((await post(batch(80), asBrowser(project.write))).status).toBe(200);
  expect((await post(batch(80), asServer(project.write))).status).toBe(200);
  expect((await post(batch(1), asServer(project.write))).status).toBe(429);
  expect((await post(batch(1), asBrowser(project.write))).status).toBe(200);
  expect((await post(batch(1), asServer(project.root))).status).toBe(200);
});

test("large messages count by their size, and another SDK's request by its messages", async () => {
  const payload = { name: "order", profileId: "ada", properties: { text: "x".repeat(10_000) } };
  const large = { batch: Array(5).fill({ type: "track", payload }) };
  expect((await post(large, asServer(project.write))).status).toBe(200);
  expect((await post(large, asServer(project.write))).status).toBe(429);
  const items = Array.from({ length: 30 }, () => ({ event: "order", properties: { distinct_id: "ada" } }));
  const body = { api_key: `${project.root.clientId}:${project.root.clientSecret}`, batch: items };
  const answers = [await post(body, {}, "/batch/"), await post(body, {}, "/batch/")];
  expect(answers.map(({ status }) => status)).toEqual([200, 429]);
});

test("a key that spreads its messages over processes gets no more than one process would give", async () => {
  const [rate, burst, start] = [10, 200, Date.now()];
  const processes = Array.from({ length: 4 }, () => new KeyLimit(rate, reportMeters));
  const clientId = newId();
  let admitted = 0;
  for (let n = 0; n < 4 * burst; n++) {
    const limit = processes[n % processes.length] as KeyLimit;
    try {
      limit.take(clientId, 1, Date.now());
      admitted += 1;
    } catch {}
    await limit.settled();
  }
  expect(admitted).toBeGreaterThanOrEqual(burst);
  expect(admitted).toBeLessThanOrEqual(burst + ((Date.now() - start) / 1_000) * rate + processes.length * rate);
});

test.each([
  ["", "self-hosted", 0],
  ["", "hosted", 2_000],
  ["0", "hosted", 0],
  ["50", "self-hosted", 50],
])("INGEST_KEY_MESSAGES_PER_SECOND=%s in the %s edition means %i", (set, edition, rate) => {
  const known = globalThis as { throughlineConfig?: unknown };
  vi.stubEnv("INGEST_KEY_MESSAGES_PER_SECOND", set);
  vi.stubEnv("EDITION", edition);
  Reflect.deleteProperty(known, "throughlineConfig");
  try {
    expect(keyMessagesPerSecond()).toBe(rate);
  } finally {
    vi.unstubAllEnvs();
    Reflect.deleteProperty(known, "throughlineConfig");
  }
});
