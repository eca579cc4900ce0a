import { randomUUID } from "node:crypto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace";
import type { Config } from "@/lib/config";
import { logFault } from "@/lib/faults/log";
import { setTracer } from "./span";
import { createTracer } from "./tracer";

/** How many spans may wait to be sent; more are dropped, which bounds memory while the collector is unreachable. */
const MAX_WAITING = 4_096;
const SEND_EVERY_MS = 2_000;
/** How long the collector may take to respond, in ms. */
const TIMEOUT_MS = 5_000;

/** Sends traces to OTEL_EXPORTER_OTLP_ENDPOINT, as JSON. server.ts loads this module only if that is set. */
export function startTracing({
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_SERVICE_NAME: name,
  OTEL_TRACES_SAMPLER_ARG: share,
}: Config): void {
  const base = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
  const exporter = loggingFailures(
    new OTLPTraceExporter({ url: new URL("v1/traces", base).href, timeoutMillis: TIMEOUT_MS, concurrencyLimit: 2 }),
  );
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize: MAX_WAITING,
    scheduledDelayMillis: SEND_EVERY_MS,
    exportTimeoutMillis: TIMEOUT_MS,
  });
  const service = { "service.name": name, "service.instance.id": randomUUID(), "process.pid": process.pid };
  setTracer(createTracer({ processor, service, share }));
}

/** Wraps the exporter to log failures. */
function loggingFailures(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) logFault("traces: some could not be sent", new Error(kindOf(result.error)));
        done(result);
      }),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

/** The kind of an error; its message contains the collector's response. */
const kindOf = (error: Error): string => String((error as { code?: unknown }).code ?? error.name);
