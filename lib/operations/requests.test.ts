import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type LoggedRequest, setJsonLog } from "@/lib/faults/sink";
import type { Metrics } from "./metrics";
import { recordRequest } from "./requests";

afterEach(() => void Reflect.deleteProperty(globalThis, "throughlineLog"));

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
