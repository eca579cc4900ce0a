import { afterEach, beforeEach, expect, test } from "vitest";
import { logAsJson } from "./json-log";
import { logFault } from "./log";
import { asRequest, idFor } from "./request-id";
import { jsonLog } from "./sink";

const printed = { ...console };
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  logAsJson("info", { write: (line) => void lines.push(line) });
});
afterEach(() => {
  Object.assign(console, printed);
  for (const name of ["throughlineLog", "throughlineFaults"]) Reflect.deleteProperty(globalThis, name);
});
const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

test("every line is one object, also what libraries print; nothing below the level is logged", () => {
  console.log("Throughline is at %s", "http://localhost:3000");
  console.warn("two\nlines");
  console.debug("unseen");
  expect(parsed()).toMatchObject([
    { level: "info", pid: process.pid, msg: "Throughline is at http://localhost:3000" },
    { level: "warn", msg: "two\nlines" },
  ]);
  expect(lines.every((line) => line.endsWith("}\n") && !line.slice(0, -1).includes("\n"))).toBe(true);
});

test("a level that does not exist is named in one sentence", () => {
  Reflect.deleteProperty(globalThis, "throughlineLog");
  expect(() => logAsJson("verbose")).toThrow("LOG_LEVEL is verbose; it may be debug, info, warn or error.");
});

test("a fault is logged once a minute, in separate fields with its request's id, without quoted values", async () => {
  const fault = () => Object.assign(new Error('invalid input: "ada@example.com"'), { code: "22P02" });
  await asRequest("0190a3f0-7f2c", async () => {
    await Promise.resolve();
    logFault("a page failed", fault(), 0);
    logFault("a page failed", fault(), 1);
  });
  logFault("job", Object.assign(new Error("gone"), { code: "ECONNREFUSED" }), 0);
  expect(parsed()).toMatchObject([
    { level: "error", what: "a page failed", requestId: "0190a3f0-7f2c", msg: "invalid input… (22P02)", repeats: 0 },
    { what: "database away: job", msg: "gone (ECONNREFUSED)", stack: "" },
  ]);
  expect(parsed()[1]).not.toHaveProperty("requestId");
  expect(lines.join("")).not.toContain("ada@");
});

test("a request's line says what was requested, and nothing about who requested it", () => {
  jsonLog()?.request({ id: "r-1", method: "GET", path: "/api/v1/profiles/…", status: 200, ms: 12 });
  expect(Object.keys(parsed()[0] ?? {}).sort()).toEqual(
    ["level", "method", "ms", "msg", "path", "pid", "requestId", "status", "time"].sort(),
  );
});

test("a request id is only accepted from a trusted proxy, in a form that cannot be personal data", () => {
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
  expect(idFor("0190a3f0-7f2c", true)).toBe("0190a3f0-7f2c");
  for (const given of ["0190a3f0-7f2c", undefined]) expect(idFor(given, false)).toEqual(uuid);
  for (const given of ["ada@example.com", "short", "x".repeat(65), "a\nb-------"])
    expect(idFor(given, true)).toEqual(uuid);
});
