import { beforeEach, describe, expect, test } from "vitest";
import { deviceCookieWith, knownDevice, memberMark } from "@/lib/auth/known-device";
import { MAX_PUZZLE_BITS, puzzleBits, solvePuzzle } from "@/lib/auth/puzzle";
import { Puzzles } from "@/lib/auth/puzzles";
import {
  type Admission,
  FREE_IN_ALL,
  FREE_PER_EMAIL,
  FREE_PER_NETWORK,
  FREE_SIGN_UPS_PER_NETWORK,
  LogInThrottle,
  MAX_SIGN_UPS,
  SignUpThrottle,
  Tally,
} from "@/lib/auth/throttle";

const NOON = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;
const SECRET = "a secret of this instance";
const EMAIL = "ada@example.com";

let puzzles: Puzzles;
let throttle: LogInThrottle;
beforeEach(() => {
  puzzles = new Puzzles(SECRET);
  throttle = new LogInThrottle(puzzles);
});

type Attempt = { email?: string; address?: string | null; device?: string | null; proof?: string };
const attempt = (given: Attempt = {}, now = NOON) =>
  throttle.admit({ email: EMAIL, address: "203.0.113.7", device: null, proof: "", ...given }, now);
/** Its cost: 0 for an attempt that was let through (and failed). */
const price = (admission: Admission) => ("puzzle" in admission ? puzzleBits(admission.puzzle) : 0);
const fail = (times: number, given: (i: number) => Attempt = () => ({})) =>
  Array.from({ length: times }, (_, i) => price(attempt(given(i))));

describe("a tally", () => {
  test("leaks its free number per window and stays between zero and its maximum", () => {
    const tally = new Tally(10, 1_000, { max: 30 });
    tally.add("a", 0, 20);
    expect([0, 500, 1_000, 2_000, 9_000].map((at) => tally.level("a", at))).toEqual([20, 15, 10, 0, 0]);
    expect(tally.level("a", -5_000)).toBe(20); // a clock that was set back
    tally.add("a", 0, 1_000);
    expect(tally.level("a", 0)).toBe(30);
    tally.add("b", 0, -5);
    expect(tally.level("b", 0)).toBe(0);
  });
  test("remembers a bounded number of keys and evicts the least recently tried", () => {
    const tally = new Tally(1, 1_000, { max: 10, keysMax: 2 });
    for (const key of ["a", "b", "c"]) tally.add(key, 0);
    expect(["a", "b", "c"].map((key) => tally.level(key, 0))).toEqual([0, 1, 1]);
  });
  test("doubles the work each time the excess doubles, up to a limit", () => {
    const tally = new Tally(10, 1_000_000, { max: 10_000 });
    const bits = [9, 10, 11, 13, 17, 25, 10_000].map((level) => {
      tally.add("a", 0, level - tally.level("a", 0));
      return tally.bits("a", 0);
    });
    expect(bits).toEqual([0, 15, 16, 17, 18, 19, MAX_PUZZLE_BITS]);
  });
});

describe("wrong passwords for one e-mail address", () => {
  test("beyond the free ones cost a puzzle each, wherever they come from; other addresses cost nothing", () => {
    expect(fail(FREE_PER_EMAIL, (i) => ({ address: `198.51.100.${i}` }))).toEqual(Array(FREE_PER_EMAIL).fill(0));
    expect(price(attempt({ address: "192.0.2.1" }))).toBeGreaterThan(0);
    expect(price(attempt({ address: "192.0.2.1", email: "bob@example.com" }))).toBe(0);
  });

  test("do not lock the owner out, however long they continue: an unknown browser solves one puzzle", async () => {
    fail(FREE_PER_EMAIL);
    const refused = attempt();
    if (!("puzzle" in refused)) throw new Error("a puzzle was expected");
    const admitted = attempt({ proof: `${refused.puzzle}:${await solvePuzzle(refused.puzzle)}` });
    expect(admitted).toHaveProperty("succeed");
    expect(price(attempt({ proof: `${refused.puzzle}:0` }))).toBeGreaterThan(0);
  });

  test("cost nothing on a device the owner logged in with before", () => {
    const number = knownDevice(SECRET, deviceCookieWith(SECRET, undefined, EMAIL), EMAIL);
    for (let i = 0; i < 500; i++) attempt({ address: `198.51.100.${i % 250}` });
    expect(price(attempt())).toBeGreaterThan(0);
    expect(price(attempt({ device: number }))).toBe(0);
  });

  test("from a known device count against that device, which then becomes unknown", () => {
    expect(fail(FREE_PER_EMAIL, () => ({ device: "d1" }))).toEqual(Array(FREE_PER_EMAIL).fill(0));
    expect(price(attempt({ device: "d1" }))).toBe(0); // as an unknown one, with free attempts of its own
    fail(FREE_PER_EMAIL, () => ({ device: "d1" }));
    expect(price(attempt({ device: "d1" }))).toBeGreaterThan(0);
    expect(price(attempt({ device: "d2" }))).toBe(0);
  });

  test("are forgiven with time, and sooner than an attack took", () => {
    fail(FREE_PER_EMAIL);
    expect(price(attempt({}, NOON + MINUTE_MS))).toBeGreaterThan(0);
    expect(price(attempt({}, NOON + 2 * MINUTE_MS))).toBe(0);
  });
});

test("a successful log-in refunds its own attempt and no other", () => {
  fail(FREE_PER_EMAIL - 1);
  for (let i = 0; i < 50; i++) {
    const admission = attempt();
    if (!("succeed" in admission)) throw new Error("it was free");
    admission.succeed();
  }
  attempt();
  expect(price(attempt())).toBeGreaterThan(0);
});

test("guesses sent at once are counted before any is answered", () => {
  expect(fail(30).filter((bits) => bits === 0)).toHaveLength(FREE_PER_EMAIL);
});

describe("many e-mail addresses", () => {
  test("from one network cost a puzzle beyond the free ones, for IPv6 also from its neighbours", () => {
    fail(FREE_PER_NETWORK, (i) => ({ email: `m${i}@example.com`, address: `2001:db8:1:2::${i.toString(16)}` }));
    expect(price(attempt({ email: "x@example.com", address: "2001:db8:1:2:ffff::1" }))).toBeGreaterThan(0);
    expect(price(attempt({ email: "x@example.com", address: "2001:db8:1:3::1" }))).toBe(0);
  });
  test.each([
    ["an inner address", "10.0.0.1"],
    ["none", null],
    ["junk", "'; DROP"],
  ])("from %s, too", (_what, address) => {
    fail(FREE_PER_NETWORK, (i) => ({ email: `m${i}@example.com`, address }));
    expect(price(attempt({ email: "x@example.com", address }))).toBeGreaterThan(0);
  });
  test("from everywhere, too", () => {
    fail(FREE_IN_ALL, (i) => ({ email: `m${i}@example.com`, address: `198.51.${i % 200}.${i % 250}` }));
    expect(price(attempt({ email: "x@example.com", address: "192.0.2.99" }))).toBeGreaterThan(0);
  });
});

describe("signing up", () => {
  test.each(["203.0.113.7", "127.0.0.1", "::ffff:10.0.0.1", null])(
    "from %s is free a limited number of times, then costs a puzzle",
    (address) => {
      const signUps = new SignUpThrottle(puzzles);
      const prices = Array.from({ length: FREE_SIGN_UPS_PER_NETWORK + 1 }, () =>
        price(signUps.admit(address, "", NOON)),
      );
      expect(prices.filter((bits) => bits === 0)).toHaveLength(FREE_SIGN_UPS_PER_NETWORK);
      expect(prices.at(-1)).toBeGreaterThan(0);
      expect(price(signUps.admit("203.0.113.8", "", NOON))).toBe(0);
    },
  );

  test("stops for everybody at a number that only a flood reaches, and resumes later", () => {
    const always = { accepts: () => true, make: () => "" } as unknown as Puzzles;
    const signUps = new SignUpThrottle(always);
    for (let i = 0; i < MAX_SIGN_UPS; i++) signUps.admit(`198.51.${i % 200}.${i % 250}`, "", NOON);
    expect(() => signUps.admit("192.0.2.1", "", NOON)).toThrow(expect.objectContaining({ code: "rate_limited" }));
    expect(() => signUps.admit("192.0.2.1", "", NOON + 10 * MINUTE_MS)).not.toThrow();
  });
});

describe("a known device", () => {
  const cookie = deviceCookieWith(SECRET, undefined, EMAIL);
  test("is known for the address it logged in with, under this instance's secret", () => {
    expect(knownDevice(SECRET, cookie, EMAIL)).toMatch(/^[\w-]{16}$/);
    expect(knownDevice(SECRET, cookie, "eve@example.com")).toBeNull();
    expect(knownDevice("another secret here", cookie, EMAIL)).toBeNull();
    for (const made of [undefined, "", "~~~", cookie.slice(0, -1), `x${cookie}`, "a".repeat(100_000)])
      expect(knownDevice(SECRET, made, EMAIL)).toBeNull();
  });
  test("is known for the last five accounts, each once", () => {
    const marks = (email: string) => [email, memberMark({ id: email, sessionVersion: 0 })];
    let jar: string | undefined = cookie;
    for (const mark of [EMAIL, "1@b.de", "2@b.de", "3@b.de", "4@b.de"].flatMap(marks))
      jar = deviceCookieWith(SECRET, jar, mark);
    expect(jar?.split("~")).toHaveLength(10);
    expect(knownDevice(SECRET, jar, EMAIL)).not.toBeNull();
    const next = deviceCookieWith(SECRET, jar, "5@b.de");
    expect(knownDevice(SECRET, next, EMAIL)).toBeNull();
    expect(next.split("~")).toHaveLength(10);
    // Nor are more read than were written.
    expect(knownDevice(SECRET, `${jar}~${deviceCookieWith(SECRET, undefined, "6@b.de")}`, "6@b.de")).toBeNull();
    expect(jar).not.toContain("ada");
  });
});
