import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AppError } from "@/lib/errors";
import { isDatabaseUnreachable } from "@/lib/faults/unreachable";
import { handle, httpFaultOf } from "@/lib/http/handle";

afterEach(() => vi.restoreAllMocks());

const request = new Request("http://127.0.0.1/api/v1/profiles?secret=1");
const answer = (error: unknown) =>
  handle(() => {
    throw error;
  })(request);

test("the handler's answer passes through, and so do its further arguments", async () => {
  const echo = handle(async (_request, { params }: { params: { ref: string } }) => Response.json(params));
  expect(await (await echo(request, { params: { ref: "u:1" } })).json()).toEqual({ ref: "u:1" });
});

test("an AppError determines the answer", async () => {
  const response = await answer(new AppError("unavailable", "Full.", { field: "batch", retryAfterSeconds: 3 }));
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "3"]);
  expect(await response.json()).toEqual({ error: { code: "unavailable", message: "Full.", field: "batch" } });
});

test("anything else is a 500; the cause is logged but not returned, and the query is in neither", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const response = await answer(new Error("password of ada"));
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("ada");
  expect(String(logged.mock.calls[0]?.[0])).toMatch(/^GET \/api\/v1\/profiles failed: /);
});

test("Next's redirects and notFound pass through", async () => {
  const redirect = Object.assign(new Error("NEXT_REDIRECT"), { digest: "NEXT_REDIRECT;replace;/login;307;" });
  await expect(answer(redirect)).rejects.toBe(redirect);
});

const coded = (code: string, message = "x") => Object.assign(new Error(message), { code });
test.each([
  ["nobody listens", coded("ECONNREFUSED"), true],
  ["shutting down", coded("57P01"), true],
  ["starting up", coded("57P03"), true],
  ["too many connections", coded("53300"), true],
  ["no disk", coded("53100"), true],
  ["a socket file that is not there", Object.assign(coded("ENOENT"), { syscall: "connect" }), true],
  ["pg's words for it", new Error("Connection terminated unexpectedly"), true],
  ["all addresses of a name", new AggregateError([coded("ECONNREFUSED")]), true],
  ["wrapped", new Error("outer", { cause: coded("ECONNRESET") }), true],
  ["Prisma's code", coded("P1001"), true],
  ["a missing file", coded("ENOENT"), false],
  ["a broken constraint", coded("23505"), false],
  ["a mistake of ours", new TypeError("x is not a function"), false],
  ["no error at all", "57P01", false],
])("database unreachable: %s", (_what, error, away) => expect(isDatabaseUnreachable(error)).toBe(away));

describe("faults of the database", () => {
  const coded = (code: string) => Object.assign(new Error("refused by the database"), { code });
  const logged = vi.fn();

  beforeEach(() => {
    // One cause is logged once a minute, and codes that differ in digits only are one cause.
    (globalThis as { throughlineFaults?: Map<string, unknown> }).throughlineFaults?.clear();
    vi.spyOn(console, "error").mockImplementation(logged);
  });
  afterEach(() => logged.mockReset());

  test.each(["22003", "22007", "22008", "22021", "22P02", "22P05"])(
    "a value of code %s is the caller's fault",
    (code) => {
      expect(httpFaultOf(coded(code), "GET /api/v1/users").status).toBe(400);
      expect(httpFaultOf(new Error("query failed", { cause: coded(code) }), "GET /api/v1/users").status).toBe(400);
      expect(logged).not.toHaveBeenCalled();
    },
  );

  test.each(["22012", "22023", "23505", "42601"])("code %s is our own fault: 500, and logged", (code) => {
    expect(httpFaultOf(coded(code), "GET /api/v1/users").status).toBe(500);
    expect(logged).toHaveBeenCalled();
  });
});
