import { expect, test } from "vitest";
import { Lag } from "./lag";

test("a replica's lag is the age of the newest position it has replayed, and grows until the next check", () => {
  const lag = new Lag();
  for (const [position, at] of [
    [10n, 0],
    [20n, 1_000],
    [30n, 2_000],
  ] as const)
    lag.recordWritten(position, at);
  lag.recordReplayed(25n, 2_100);
  expect(lag.at(2_100)).toBe(1_100);
  expect(lag.at(4_000)).toBe(3_000);
  lag.recordReplayed(30n, 4_000);
  expect(lag.at(4_000)).toBe(2_000);
});

test("a replica that is cut off falls behind although it has replayed all it received", () => {
  const lag = new Lag();
  for (let second = 0; second <= 60; second++) {
    lag.recordWritten(BigInt(100 + second), second * 1_000);
    lag.recordReplayed(105n, second * 1_000);
  }
  expect(lag.at(60_000)).toBe(55_000);
});

test("on a primary that writes nothing, a replica that has everything is not behind", () => {
  const lag = new Lag();
  for (let second = 0; second <= 60; second++) {
    lag.recordWritten(100n, second * 1_000);
    lag.recordReplayed(100n, second * 1_000 + 3);
    expect(lag.at(second * 1_000 + 3)).toBe(3);
  }
});

test("the lag is unknown of a replica that is unreachable, not a replica, or empty", () => {
  const lag = new Lag();
  expect(lag.at(0)).toBe(Number.POSITIVE_INFINITY);
  lag.recordWritten(100n, 0);
  lag.recordReplayed(100n, 1);
  lag.recordLost();
  expect(lag.at(2)).toBe(Number.POSITIVE_INFINITY);
  lag.recordReplayed(null, 3);
  expect(lag.at(3)).toBe(Number.POSITIVE_INFINITY);
  lag.recordReplayed(99n, 4);
  expect(lag.at(4)).toBe(Number.POSITIVE_INFINITY);
});
