import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { faultOf } from "./faults";

const coded = (code: string) => Object.assign(new Error("refused by the database"), { code });
const logged = vi.fn();

beforeEach(() => {
  // One cause is logged once a minute, and codes that only differ in digits are one cause.
  (globalThis as { throughlineFaults?: Map<string, unknown> }).throughlineFaults?.clear();
  vi.spyOn(console, "error").mockImplementation(logged);
});
afterEach(() => {
  vi.restoreAllMocks();
  logged.mockReset();
});

test.each(["22003", "22007", "22008", "22021", "22P02", "22P05"])(
  "a value with code %s is the caller's fault",
  (code) => {
    expect(faultOf(coded(code), "GET /api/v1/users").status).toBe(400);
    expect(faultOf(new Error("query failed", { cause: coded(code) }), "GET /api/v1/users").status).toBe(400);
    expect(logged).not.toHaveBeenCalled();
  },
);

test.each(["22012", "22023", "23505", "42601"])("code %s is our own fault: 500, and logged", (code) => {
  expect(faultOf(coded(code), "GET /api/v1/users").status).toBe(500);
  expect(logged).toHaveBeenCalled();
});
