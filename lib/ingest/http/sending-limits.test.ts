import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { KeyLimit, SenderLimit } from "@/lib/ingest/http/sending-limits";

const NOON_MS = Date.UTC(2026, 0, 31, 12);
const PUBLIC = "203.0.113.7";

/** Seconds to wait, or 0 when it was admitted. */
function ask(limit: SenderLimit, address: string | null, now: number): number {
  try {
    limit.admit(address, now);
    return 0;
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).status).toBe(429);
    expect((error as AppError).message).not.toContain(String(address));
    return (error as AppError).retryAfterSeconds ?? -1;
  }
}

const spend = (limit: SenderLimit, address: string, requests: number, now: number): number[] =>
  Array.from({ length: requests }, () => ask(limit, address, now));

test("a burst of twenty seconds' worth, then the rate, and waiting restores tokens", () => {
  const limit = new SenderLimit(10);
  expect(spend(limit, PUBLIC, 200, NOON_MS).every((seconds) => seconds === 0)).toBe(true);
  expect(ask(limit, PUBLIC, NOON_MS)).toBe(1);
  expect(ask(limit, PUBLIC, NOON_MS + 99)).toBe(1);
  expect(spend(limit, PUBLIC, 11, NOON_MS + 1_000)).toEqual([...Array(10).fill(0), 1]);
  expect(ask(limit, "203.0.113.8", NOON_MS)).toBe(0);
});

test("a batch costs its number of messages, and a debt has to be waited out", () => {
  const limit = new SenderLimit(10);
  expect(ask(limit, PUBLIC, NOON_MS)).toBe(0);
  limit.charge(PUBLIC, 500, NOON_MS);
  expect(ask(limit, PUBLIC, NOON_MS)).toBe(31);
  expect(ask(limit, PUBLIC, NOON_MS + 30_000)).toBe(1);
  expect(ask(limit, PUBLIC, NOON_MS + 31_000)).toBe(0);
});

test("a server that sent its secret is not limited for ten minutes", () => {
  const limit = new SenderLimit(10);
  limit.trust(PUBLIC, NOON_MS);
  limit.charge(PUBLIC, 100_000, NOON_MS);
  expect(ask(limit, PUBLIC, NOON_MS + 599_999)).toBe(0);
  expect(ask(limit, PUBLIC, NOON_MS + 600_000)).toBeGreaterThan(0);
});

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.16.0.9",
  "192.168.1.1",
  "100.64.0.1",
  "169.254.0.5",
  "::1",
  "fd00::1",
  "fe80::9",
  null,
])("%s is a private address, or none: not limited", (address) => {
  const limit = new SenderLimit(1);
  limit.charge(address, 1_000, NOON_MS);
  expect(ask(limit, address, NOON_MS)).toBe(0);
});

test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1", "2001:db8::1"])("%s is limited", (address) => {
  const limit = new SenderLimit(1);
  expect(spend(limit, address, 21, NOON_MS)).toEqual([...Array(20).fill(0), 1]);
});

test("0 disables the limit of addresses", () => {
  const limit = new SenderLimit(0);
  limit.charge(PUBLIC, 1_000_000, NOON_MS);
  expect(ask(limit, PUBLIC, NOON_MS)).toBe(0);
});

test("a clock that goes back neither adds nor removes tokens", () => {
  const limit = new SenderLimit(1);
  spend(limit, PUBLIC, 20, NOON_MS);
  expect(ask(limit, PUBLIC, NOON_MS - 60_000)).toBe(1);
  expect(ask(limit, PUBLIC, NOON_MS + 1_000)).toBe(0);
});

test("requests below a second's worth cost no statement, and a flood one per second's worth", async () => {
  let statements = 0;
  const limit = new KeyLimit(100, async (used) => {
    statements += 1;
    return new Map(used.map(({ key, amount }) => [key, amount]));
  });
  for (let key = 0; key < 500; key++) limit.take(`quiet ${key}`, 99, 0);
  expect(statements).toBe(0);
  for (let request = 0; request < 10; request++) {
    limit.take("busy", 100, 0);
    await limit.settled();
  }
  expect(statements).toBe(10);
});

test("0 disables the limit of keys and costs no statement", () => {
  const limit = new KeyLimit(0, () => expect.unreachable());
  for (let request = 0; request < 1_000; request++) limit.take("a", 1_000, 0);
});

test("a batch larger than the burst is let through once, and its debt has to be waited out", () => {
  const limit = new KeyLimit(10);
  limit.take("a", 1_000, 0);
  expect(() => limit.take("a", 1, 0)).toThrow(expect.objectContaining({ code: "rate_limited", retryAfterSeconds: 81 }));
  expect(() => limit.take("a", 1, 81_000)).not.toThrow();
});
