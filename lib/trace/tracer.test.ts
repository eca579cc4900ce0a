import { SpanKind } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { createTracer, type TracerOptions } from "./tracer";

function recording(options: Partial<TracerOptions> = {}) {
  const exporter = new InMemorySpanExporter();
  const service = { "service.name": "test" };
  const tracer = createTracer({ processor: new SimpleSpanProcessor({ exporter }), service, share: 1, ...options });
  const spans = () => exporter.getFinishedSpans();
  const named = (name: string) => spans().filter((one) => one.name === name);
  return { tracer, spans, named };
}

test("spans nest, also across awaits, and concurrent traces do not mix", async () => {
  const { tracer, named } = recording();
  const request = (name: string) =>
    tracer.trace(name, { "http.request.method": "GET" }, async () => {
      await tracer.span("outer", {}, async () => {
        await Promise.resolve();
        tracer.span("inner", { "db.system.name": "postgresql" }, () => 1);
      });
    });
  await Promise.all([request("a"), request("b")]);
  for (const name of ["a", "b"]) {
    const [root] = named(name);
    const { traceId, spanId } = root?.spanContext() ?? {};
    expect(root).toMatchObject({ parentSpanContext: undefined, kind: SpanKind.SERVER });
    const outer = named("outer").find((one) => one.parentSpanContext?.spanId === spanId);
    const inner = named("inner").find((one) => one.parentSpanContext?.spanId === outer?.spanContext().spanId);
    expect(inner?.kind).toBe(SpanKind.CLIENT);
    expect([outer, inner].map((one) => one?.spanContext().traceId)).toEqual([traceId, traceId]);
  }
});

test("an error passes through and is recorded by its kind, not by its message", async () => {
  const { tracer, spans } = recording();
  const secret = Object.assign(new Error("ada@example.com is taken"), { code: "23505" });
  await expect(tracer.trace("fails", {}, () => Promise.reject(secret))).rejects.toBe(secret);
  const throwing = () => {
    throw new TypeError("ada@example.com");
  };
  expect(() => tracer.trace("throws", {}, throwing)).toThrow("ada");
  expect(spans().map(({ attributes }) => attributes["error.type"])).toEqual(["23505", "TypeError"]);
  expect(JSON.stringify(spans().map(({ attributes, events, status }) => [attributes, events, status]))).not.toContain(
    "ada",
  );
});

test("the sampled share decides, and untraced work records nothing, even inside a traced one", () => {
  const draws = [0.4, 0.6];
  const { tracer, spans } = recording({ share: 0.5, random: () => draws.shift() ?? 1 });
  tracer.trace("traced", {}, () => {
    tracer.trace("untraced", {}, () => tracer.span("inside", {}, () => tracer.note({ "not.here": 1 })));
    tracer.traceFor([null], "for nobody", {}, () => tracer.span("inside", {}, () => 1));
  });
  expect(spans().map(({ name, attributes }) => [name, attributes])).toEqual([["traced", {}]]);
});

test("a flood begins no more traces a second than the ceiling, and a long job keeps no more spans", () => {
  const { tracer, spans, named } = recording({ maxTraces: 3, maxSpans: 5 });
  for (let i = 0; i < 50; i++) tracer.trace("request", {}, () => 1);
  expect(spans().length).toBeLessThanOrEqual(6); // a second may end in between
  const job = recording({ maxSpans: 5 });
  job.tracer.trace("job", {}, () => {
    for (let i = 0; i < 12; i++) job.tracer.span("statement", {}, () => 1);
  });
  expect(job.named("statement")).toHaveLength(5);
  expect(job.named("job")[0]?.attributes).toEqual({ "throughline.spans_left_out": 7 });
  expect(named("job")).toEqual([]);
});

test("common work names the traces it was done for, and what comes after a trace's end is not added to it", () => {
  const { tracer, named, spans } = recording();
  const place = tracer.trace("request", {}, () => tracer.place());
  tracer.past(place as object, "wait", performance.now());
  tracer.traceFor([place, null], "batch", {}, () => 1);
  const [request] = named("request");
  expect(named("batch")[0]?.links.map(({ context }) => context.traceId)).toEqual([request?.spanContext().traceId]);
  expect(named("batch")[0]?.spanContext().traceId).not.toBe(request?.spanContext().traceId);
  expect(spans().map(({ name }) => name)).toEqual(["request", "batch"]);
});
