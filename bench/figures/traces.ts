import { spawn } from "node:child_process";
import { once } from "node:events";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor } from "@opentelemetry/sdk-trace";
import { handleIngest } from "@/lib/ingest/pipeline";
import { setTracer } from "@/lib/trace/span";
import { createTracer } from "@/lib/trace/tracer";
import { HEADERS, requestBodies } from "../load";
import { type Bench, type Figure, type FigureRow, makeProject, percentile } from "../support";
import { makeClient } from "../write-key";

const REQUESTS = 1_000;
const AT_ONCE = 16;
const ROUNDS = 15;

/**
 * What a traced request costs the app in processor time: the pipeline in this process, without HTTP, every request
 * traced and none, in turn. The spans are sent to a process that reads and forgets them.
 */
export const traces: Figure = { name: "traces", title: "What a traced request costs", run: tracesOf };

async function tracesOf(bench: Bench): Promise<FigureRow[]> {
  const collector = await openCollector();
  const exporter = new OTLPTraceExporter({ url: collector.url });
  const service = { "service.name": "bench" };
  let spans = 0;
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: REQUESTS * 100, scheduledDelayMillis: 200 });
  const end = processor.onEnd.bind(processor);
  processor.onEnd = (span) => {
    spans++;
    end(span);
  };
  const tracer = createTracer({ processor, service, share: 1, maxTraces: Number.POSITIVE_INFINITY });
  setTracer(tracer); // before the application's pool is made, which wraps its statements only then
  const body = requestBodies(await makeClient(bench.db, (await makeProject(bench.db, "traces")).id));
  const costs: Record<"without" | "with", number[]> = { without: [], with: [] };
  try {
    for (let round = -2; round < ROUNDS; round++)
      for (const key of ["without", "with"] as const) {
        setTracer(key === "with" ? tracer : undefined);
        const before = process.cpuUsage();
        await Promise.all(Array.from({ length: AT_ONCE }, () => send(body, REQUESTS / AT_ONCE)));
        await processor.forceFlush();
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) costs[key].push((user + system) / REQUESTS);
      }
  } finally {
    setTracer(undefined);
    await tracer.stop();
    collector.stop();
  }
  const middleHalf = (us: number[]) =>
    `${percentile(us, 0.5).toFixed(0)} (${percentile(us, 0.25).toFixed(0)} to ${percentile(us, 0.75).toFixed(0)})`;
  const more = percentile(costs.with, 0.5) - percentile(costs.without, 0.5);
  return [
    {
      what: `single events, ${AT_ONCE} at a time, app's µs a request, the middle half of ${ROUNDS} rounds`,
      value: `${middleHalf(costs.without)} without, ${middleHalf(costs.with)} with a trace of each`,
      reference: `${more.toFixed(0)} more for ${(spans / (REQUESTS * (ROUNDS + 2))).toFixed(1)} spans`,
    },
  ];
}

async function send(body: (size: number) => string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    const bytes = Buffer.from(body(1));
    const { status } = await handleIngest({
      method: "POST",
      url: "/track",
      headers: HEADERS,
      remoteAddress: "127.0.0.1",
      receivedAt: Date.now(),
      body: async () => bytes,
    });
    if (status !== 200) throw new Error(`answered ${status}`);
  }
}

/** A process of its own, so that reading the spans costs nothing here. */
async function openCollector() {
  const code = `require("node:http").createServer((request, response) => {
    request.resume().on("end", () => response.end("{}"));
  }).listen(0, "127.0.0.1", function () { process.send(this.address().port); })`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [port] = await once(child, "message");
  return { url: `http://127.0.0.1:${port}/v1/traces`, stop: () => child.kill() };
}
