import { expect, test } from "vitest";
import { KeyLimit } from "@/lib/ingest/http/key-limit";

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

test("0 disables the limit and costs no statement", () => {
  const limit = new KeyLimit(0, () => expect.unreachable());
  for (let request = 0; request < 1_000; request++) limit.take("a", 1_000, 0);
});

test("a batch larger than the burst is let through once, and its debt has to be waited out", () => {
  const limit = new KeyLimit(10);
  limit.take("a", 1_000, 0);
  expect(() => limit.take("a", 1, 0)).toThrow(expect.objectContaining({ code: "rate_limited", retryAfterSeconds: 81 }));
  expect(() => limit.take("a", 1, 81_000)).not.toThrow();
});
