import { expect, test } from "vitest";
import {
  countSignUp,
  LOGIN_FAILURES_PER_EMAIL,
  LOGIN_FAILURES_PER_IP,
  LOGIN_WINDOW_MS,
  newLoginLimits,
  newSignUpLimit,
  SIGN_UPS_PER_IP,
  SlidingWindow,
  startLogin,
} from "@/lib/auth/rate-limit";

const NOON = Date.UTC(2026, 0, 1, 12);

test("the window slides: each try is forgotten by itself, when it is as old as the window is long", () => {
  const window = new SlidingWindow(2, 1000);
  window.add("a", 0);
  window.add("a", 600);
  expect(window.waitMs("a", 700)).toBe(300);
  expect(window.waitMs("a", 1000)).toBe(0);
  window.add("a", 1000);
  expect(window.waitMs("a", 1000)).toBe(600);
  expect(window.waitMs("b", 1000)).toBe(0);
});

test("it remembers a bounded number of keys and drops the least recently tried", () => {
  const window = new SlidingWindow(1, 1000, 2);
  for (const key of ["a", "b", "c"]) window.add(key, 0);
  expect(["a", "b", "c"].map((key) => window.waitMs(key, 0))).toEqual([0, 1000, 1000]);
});

test("after ten failures for an e-mail the eleventh is refused, wherever it comes from, until the window has passed", () => {
  const limits = newLoginLimits();
  for (let i = 0; i < LOGIN_FAILURES_PER_EMAIL; i++) startLogin(limits, "ada@example.com", `10.0.0.${i}`, NOON + i);
  expect(() => startLogin(limits, "ada@example.com", "10.0.1.1", NOON + 60_000)).toThrow(
    expect.objectContaining({ code: "rate_limited", retryAfterSeconds: 14 * 60 }),
  );
  expect(() => startLogin(limits, "bob@example.com", "10.0.0.1", NOON + 60_000)).not.toThrow();
  expect(() => startLogin(limits, "ada@example.com", null, NOON + LOGIN_WINDOW_MS)).not.toThrow();
});

test("one address cannot try many e-mails", () => {
  const limits = newLoginLimits();
  for (let i = 0; i < LOGIN_FAILURES_PER_IP; i++) startLogin(limits, `member${i}@example.com`, "10.0.0.1", NOON);
  expect(() => startLogin(limits, "one-more@example.com", "10.0.0.1", NOON)).toThrow("Too many failed log-ins");
  expect(() => startLogin(limits, "one-more@example.com", "10.0.0.2", NOON)).not.toThrow();
});

test("guesses sent at once are counted before any is answered", () => {
  const limits = newLoginLimits();
  const tries = Array.from({ length: 30 }, () => () => startLogin(limits, "ada@example.com", null, NOON));
  const refused = tries.filter((attempt) => {
    try {
      attempt();
      return false;
    } catch {
      return true;
    }
  });
  expect(refused).toHaveLength(30 - LOGIN_FAILURES_PER_EMAIL);
});

test("a success clears the e-mail's failures and does not count against the address", () => {
  const limits = newLoginLimits();
  for (let i = 0; i < LOGIN_FAILURES_PER_EMAIL - 1; i++) startLogin(limits, "ada@example.com", "10.0.0.1", NOON);
  startLogin(limits, "ada@example.com", "10.0.0.1", NOON + 1)();
  expect(limits.email.waitMs("ada@example.com", NOON + 2)).toBe(0);
  for (let i = 0; i < 200; i++) startLogin(limits, `member${i}@example.com`, "10.0.0.9", NOON + i)();
  expect(limits.ip.waitMs("10.0.0.9", NOON + 200)).toBe(0);
});

test("one network signs up so many an hour; the operator's own and unknown ones are not counted", () => {
  const limit = newSignUpLimit();
  for (let i = 0; i < SIGN_UPS_PER_IP; i++) countSignUp(limit, "203.0.113.7", i);
  expect(() => countSignUp(limit, "203.0.113.7", 1_000)).toThrow(expect.objectContaining({ code: "rate_limited" }));
  countSignUp(limit, "203.0.113.8", 1_000);
  for (let i = 0; i <= SIGN_UPS_PER_IP; i++)
    for (const ip of [null, "127.0.0.1", "::ffff:10.0.0.1"]) countSignUp(limit, ip, 1_000);
  countSignUp(limit, "203.0.113.7", 60 * 60 * 1000);
});
