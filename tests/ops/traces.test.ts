import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openCollector, type ReceivedSpan } from "../support/collector";
import { type App, newDataDir, preparedDataDir, start } from "./instance";

const SDK = /node_modules\/@opentelemetry\/(?:sdk|otlp|exporter|resources)/;

/** Sampled, by whoever sends it: "01" at the end. */
const STRANGER = { trace: "0af7651916cd43dd8448eb211c80319c", header: "traceparent" };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function traced(settings: Record<string, string>) {
  const { dataDir, project } = await preparedDataDir();
  const collector = await openCollector();
  closing.push(collector.close);
  const app = await start({ DATA_DIR: dataDir, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...settings });
  const headers = {
    [STRANGER.header]: `00-${STRANGER.trace}-b7ad6b7169203331-01`,
    "content-type": "application/json",
    "openpanel-client-id": project.write.clientId,
  };
  const send = async () => {
    const message = {
      type: "track",
      anonymousId: "device-of-ada",
      payload: { name: "invoice paid", profileId: "ada.lovelace", properties: { plan: "secret-plan" } },
    };
    const answer = await fetch(`${app.url}/track?who=ada.lovelace`, {
      method: "POST",
      headers,
      body: JSON.stringify(message),
    });
    return answer.status;
  };
  const read = async (person: string) => {
    const answer = await fetch(`${app.url}/api/v1/profiles/${person}?email=ada.lovelace`, {
      headers: {
        ...headers,
        "throughline-client-id": project.read.clientId,
        "throughline-client-secret": project.read.clientSecret,
      },
    });
    await answer.text(); // unread, it would be cut off with its connection when fetch's answer is collected
    return answer.status;
  };
  return { app, collector, project, send, read };
}

/** The scripts that the processes of an instance loaded, as Node's coverage lists them. */
const loadedIn = (coverage: string): string =>
  readdirSync(coverage)
    .map((file) => readFileSync(join(coverage, file), "utf8"))
    .join("\n");

async function stopped(app: App): Promise<void> {
  app.process.kill("SIGTERM");
  await app.exited;
}

test("requests, batches and jobs are traced with their statements, and nothing of a person leaves", async () => {
  const { app, collector, send, read } = await traced({ OTEL_SERVICE_NAME: "analytics" });
  expect(await send()).toBe(200);
  expect(await read("u:ada.lovelace")).toBe(200);
  expect((await fetch(`${app.url}/setup?token=ada.lovelace`)).status).toBeLessThan(500);
  await stopped(app); // what waits is sent
  const { spans, bodies } = collector;
  const only = (name: string) => {
    const found = spans.filter((one) => one.name === name);
    expect(found, `${name} among ${[...new Set(spans.map((one) => one.name))].join(", ")}`).toHaveLength(1);
    return found[0] as ReceivedSpan;
  };
  const partsOf = ({ traceId, spanId }: ReceivedSpan) =>
    spans.filter((one) => one.traceId === traceId && one.parentSpanId === spanId).map(({ name }) => name);

  const ingest = only("ingest");
  expect(partsOf(ingest)).toEqual(
    expect.arrayContaining(["admit", "decode", "authenticate", "translate", "parse", "wait", "write"]),
  );
  expect(ingest.attributes).toMatchObject({ "http.response.status_code": 200, "throughline.operations": 1 });
  const batch = only("batch");
  expect(batch.links?.map(({ traceId }) => traceId)).toEqual([ingest.traceId]);
  expect(partsOf(batch)).toEqual(expect.arrayContaining(["BEGIN", "INSERT events", "COMMIT"]));
  const durationOf = ({ startTimeUnixNano, endTimeUnixNano }: ReceivedSpan) =>
    Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano));
  expect(durationOf(only("wait")) + durationOf(only("write"))).toBeLessThanOrEqual(durationOf(ingest));

  const profile = only("api GET /api/v1/profiles/…");
  expect(partsOf(profile).some((name) => name.startsWith("SELECT "))).toBe(true);
  expect(only("page GET /setup").attributes["http.route"]).toBe("/setup");
  expect(spans.filter(({ name }) => name.startsWith("job ")).length).toBeGreaterThan(5);
  expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(["analytics"]));

  const sent = bodies.join("\n");
  expect(sent.length).toBeGreaterThan(10_000);
  for (const secret of ["lovelace", "device-of", "invoice", "secret-plan", "token=", "email", STRANGER.trace])
    expect(sent.includes(secret), secret).toBe(false);
});

test("a sender cannot have requests traced that the operator leaves out", async () => {
  const coverage = newDataDir();
  const settings = { OTEL_TRACES_SAMPLER_ARG: "0", NODE_V8_COVERAGE: coverage };
  const { app, collector, send, read } = await traced(settings);
  expect(await send()).toBe(200);
  expect(await read("u:ada.lovelace")).toBe(200);
  await stopped(app);
  expect(collector.spans).toEqual([]);
  expect(loadedIn(coverage)).toMatch(SDK); // as the next test expects of it
});

test("without an endpoint OpenTelemetry's SDK is not even loaded", async () => {
  const coverage = newDataDir();
  const { dataDir } = await preparedDataDir();
  await stopped(await start({ DATA_DIR: dataDir, NODE_V8_COVERAGE: coverage }));
  expect(loadedIn(coverage)).toContain("node_modules/pg/");
  expect(loadedIn(coverage)).not.toMatch(SDK);
});

test("an unreachable collector costs a line in the log, and no event", async () => {
  const { app, collector, send } = await traced({});
  collector.close();
  for (let i = 0; i < 20; i++) expect(await send()).toBe(200);
  await expect.poll(() => app.stderr(), { timeout: 20_000 }).toContain("traces: some could not be sent");
  expect(app.stderr().match(/traces:/g)).toHaveLength(1);
  await stopped(app);
});
