import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { config } from "@/lib/config";
import { addToSum, sumsOf } from "@/lib/faults/counts";
import { answerOperations, isOperationsPath } from "./answer";
import type { CatchingUp } from "./catching-up";
import { createMetrics } from "./metrics";

const TOKEN = "a token of sixteen characters";
vi.stubEnv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/unused");
vi.stubEnv("AUTH_SECRET", "0123456789abcdef");
const settings = config();
const database = { answers: true };
const left: CatchingUp = [];
afterEach(() => {
  settings.METRICS_TOKEN = "";
  database.answers = true;
  left.length = 0;
});

async function ask(path: string, { authorization = "", isStopping = false } = {}) {
  const got = { status: 0, body: "" };
  const response = {
    setHeader: () => {},
    writeHead: (status: number) => Object.assign(got, { status }),
    end: (body: string) => Object.assign(got, { body }),
  } as unknown as ServerResponse;
  const request = { headers: { authorization } } as IncomingMessage;
  const { registry } = createMetrics();
  await answerOperations(path, request, response, {
    metrics: () => registry.metrics(),
    isStopping: () => isStopping,
    databaseAnswers: async () => database.answers,
    catchingUp: async () => left,
  });
  return got;
}

test("live is about the process alone; ready needs the database and ends with a stop signal", async () => {
  const both = async (isStopping = false) =>
    Promise.all(["live", "ready"].map(async (name) => (await ask(`/api/health/${name}`, { isStopping })).status));
  expect(await both()).toEqual([200, 200]);
  expect(await both(true)).toEqual([200, 503]);
  database.answers = false;
  expect(await both()).toEqual([200, 503]);
  expect(["/api/health/live", "/api/health/ready", "/api/metrics"].every(isOperationsPath)).toBe(true);
  expect(["/api/health", "/api/metrics/x", "/metrics"].some(isOperationsPath)).toBe(false);
});

test("an instance that catches up after an update is ready, and reports its progress", async () => {
  expect((await ask("/api/health/ready")).body).toBe('{"status":"ok"}');
  left.push({ work: "people's facts", percent: 43 });
  expect(await ask("/api/health/ready")).toEqual({
    status: 200,
    body: '{"status":"ok","catchingUp":[{"work":"people\'s facts","percent":43}]}',
  });
  expect((await ask("/api/health/live")).body).toBe('{"status":"ok"}');
});

test("metrics need the token, which has to be set", async () => {
  expect((await ask("/api/metrics", { authorization: "Bearer " })).status).toBe(404);
  settings.METRICS_TOKEN = TOKEN;
  for (const authorization of ["", "Bearer", `Bearer ${TOKEN}x`, TOKEN])
    expect((await ask("/api/metrics", { authorization })).status).toBe(401);
  // Other tests of this process have counted, too.
  sumsOf("messages").clear();
  sumsOf("jobRuns").clear();
  addToSum("messages", "accepted", 3);
  addToSum("jobRuns", "facts");
  const { status, body } = await ask("/api/metrics", { authorization: `Bearer ${TOKEN}` });
  expect(status).toBe(200);
  expect(body).toContain('throughline_messages_total{outcome="accepted"} 3');
  expect(body).toContain('throughline_job_runs_total{job="facts"} 1');
  expect(body).toMatch(/^throughline_waiting\{what="operations"\} 0$/m);
  expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});

test("every metric that the Grafana dashboard and the alerts of docs/operations.md name exists", async () => {
  const root = join(import.meta.dirname, "../..");
  const { registry, observe } = createMetrics();
  observe("page", 200, 0.1);
  const names = new Set(["throughline_workers"]); // scripts/worker-metrics.ts
  for (const { name } of registry.getMetricsAsArray())
    for (const suffix of ["", "_count", "_sum", "_bucket"]) names.add(`${name}${suffix}`);
  for (const file of ["deploy/grafana/throughline.json", "docs/operations.md"]) {
    const named = readFileSync(join(root, file), "utf8").match(/\b(?:throughline|process|nodejs)_[a-z0-9_]+\b/g) ?? [];
    expect(named.length, file).toBeGreaterThan(5);
    expect(
      named.filter((name) => !names.has(name)),
      file,
    ).toEqual([]);
  }
});
