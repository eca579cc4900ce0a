import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { afterEach, expect, test } from "vitest";
import { type LoggedRequest, setJsonLog } from "@/lib/faults/sink";
import { setTracer } from "@/lib/trace/span";
import { createTracer } from "@/lib/trace/tracer";
import type { Metrics } from "./metrics";
import { recordRequest, traceRequest } from "./requests";

afterEach(() => {
  Reflect.deleteProperty(globalThis, "throughlineLog");
  setTracer(undefined);
});

/** What is logged and measured of a request for `path`. */
function noted(path: string): { logged: LoggedRequest[]; measured: string[] } {
  const logged: LoggedRequest[] = [];
  const measured: string[] = [];
  setJsonLog({ fault: () => {}, request: (request) => void logged.push(request) });
  const observe: Metrics["observe"] = (kind, status) => void measured.push(`${kind} ${status}`);
  const response = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 200 });
  recordRequest({ observe } as Metrics, { id: "x", method: "GET", path }, response as unknown as ServerResponse);
  response.emit("close");
  return { logged, measured };
}

test("pages and the API have a line without anybody's id; live views have one, but no time", () => {
  const project = "0190a3f0-7f2c-7000-8000-000000000001";
  const { logged, measured } = noted(`/${project}/users/u%3Aada%40example.com`);
  expect(measured).toEqual(["page 200"]);
  expect(logged).toMatchObject([{ path: "/…", status: 200 }]);
  expect(noted("/api/v1/profiles/u:ada.lovelace")).toMatchObject({
    logged: [{ path: "/api/v1/profiles/…" }],
    measured: ["api 200"],
  });
  expect(noted(`/api/live/${project}/events`)).toMatchObject({ logged: [{ path: "/api/live/…" }], measured: [] });
  expect(noted("/").measured).toEqual(["page 200"]);
});

test("requests for files have no line: a page needs dozens, and each visitor of a customer's site loads the tracking script", () => {
  for (const path of ["/_next/static/chunks/x.js", "/op1.js", "/favicon.ico", "/flags/de.svg", "/pictures/a.webp"])
    expect(noted(path), path).toEqual({ logged: [], measured: [] });
});

/** Traces a request for a page. `spans`: the name and status of each that has ended. */
function tracing(work: () => Promise<void>) {
  const exporter = new InMemorySpanExporter();
  setTracer(createTracer({ processor: new SimpleSpanProcessor({ exporter }), service: {}, share: 1 }));
  const response = Object.assign(new EventEmitter(), { headersSent: true, statusCode: 200 });
  const result = traceRequest("x", { method: "GET", url: "/setup" }, response as unknown as ServerResponse, work);
  const spans = () =>
    exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes["http.response.status_code"]]);
  return { response, result, spans };
}

test("a request is traced although its handler never settles, as when the client disconnects", async () => {
  const { response, result, spans } = tracing(() => new Promise(() => {}));
  let isSettled = false;
  void result.then(() => {
    isSettled = true;
  });
  response.headersSent = false;
  expect(spans()).toEqual([]);
  response.emit("close");
  await new Promise(setImmediate);
  expect(spans()).toEqual([["page GET /setup", 499]]);
  expect(isSettled).toBe(false);
});

test("a request is traced until its handler settles, whose error passes through, also after the response", async () => {
  const done = tracing(async () => {});
  await done.result;
  expect(done.spans()).toEqual([["page GET /setup", 200]]);
  const failed = tracing(() => Promise.reject(new Error("render")));
  await expect(failed.result).rejects.toThrow("render");
  expect(failed.spans()).toHaveLength(1);
  let fail = (_: Error) => {};
  const late = tracing(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  late.response.emit("close");
  await new Promise(setImmediate);
  expect(late.spans()).toEqual([["page GET /setup", 200]]);
  fail(new Error("late"));
  await expect(late.result).rejects.toThrow("late");
});
