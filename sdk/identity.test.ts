import { expect, test, vi } from "vitest";
import { fresh, login, touch } from "./identity";

const MINUTE_MS = 60_000;
const NOON_MS = Date.UTC(2026, 0, 31, 12);
const ids = () => {
  let next = 0;
  return () => `id${++next}`;
};
const known = { anonymousId: "d", sessionId: "s", seenAt: NOON_MS, profileId: "A" };

test("the first capture makes a device and a session", () => {
  expect(touch(undefined, NOON_MS, ids())).toEqual({ anonymousId: "id1", sessionId: "id2", seenAt: NOON_MS });
});

test.each([
  ["silence of exactly 30 minutes still belongs to the session", 30 * MINUTE_MS, "s"],
  ["one millisecond more opens the next", 30 * MINUTE_MS + 1, "id1"],
])("%s", (_guarantee, silenceMs, sessionId) => {
  const next = touch(known, NOON_MS + silenceMs, ids());
  expect(next).toEqual({ ...known, sessionId, seenAt: NOON_MS + silenceMs });
});

test("a kiosk forgets its visitor together with the session", () => {
  expect(touch(known, NOON_MS + 31 * MINUTE_MS, ids(), true)).toEqual(fresh(NOON_MS + 31 * MINUTE_MS, ids()));
  expect(touch(known, NOON_MS + 29 * MINUTE_MS, ids(), true).profileId).toBe("A");
});

test("a first login keeps device and session, so the visit before it is theirs", () => {
  const { profileId: _, ...anonymous } = known;
  expect(login(anonymous, "A", undefined, ids())).toMatchObject({ anonymousId: "d", sessionId: "s", profileId: "A" });
});

test("the same user again changes nothing (scenario 9)", () => {
  expect(login(known, "A", undefined, ids())).toMatchObject(known);
});

test("another user gets another device and session (docs/identity.md R3)", () => {
  const next = login({ ...known, groups: ["acme"] }, "B", undefined, ids());
  expect(next).toEqual({ anonymousId: "id1", sessionId: "id2", seenAt: NOON_MS, profileId: "B" });
});

test("impersonation keeps the device when it begins and when it ends (scenario 23)", () => {
  const looking = login(known, "B", false, ids());
  expect(looking).toMatchObject({ anonymousId: "d", sessionId: "s", profileId: "B", claim: false });
  const back = login(looking, "A", undefined, ids());
  expect(back).toMatchObject({ anonymousId: "d", sessionId: "s", profileId: "A", claim: undefined });
});

test("ids are UUIDv7 of their time, and those of one millisecond sort in order of creation", async () => {
  vi.resetModules(); // no id of another test is ahead of this time
  const { uuid7 } = await import("./uuid");
  const made = Array.from({ length: 1000 }, () => uuid7(NOON_MS));
  expect(new Set(made).size).toBe(1000);
  expect([...made].sort()).toEqual(made);
  for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt((made[0] as string).replace("-", "").slice(0, 12), 16)).toBe(NOON_MS);
});
