import { expect, test } from "vitest";
import { isRepeatOfEvent } from "./events.store";

const failed = (code: string, constraint?: string) =>
  Object.assign(new Error(`duplicate key value violates unique constraint "${constraint}"`), { code });

test("an event stored before is recognized, also on a shard, and whether Citus inserts or copies", () => {
  expect(isRepeatOfEvent({ ...failed("23505"), constraint: "events_pkey" })).toBe(true);
  expect(isRepeatOfEvent({ ...failed("23505"), constraint: "events_pkey_102186" })).toBe(true);
  expect(isRepeatOfEvent(failed("XX000", "events_pkey_102186"))).toBe(true);
  for (const other of [{ ...failed("23505"), constraint: "sessions_pkey" }, failed("XX000", "sessions_pkey_102001")])
    expect(isRepeatOfEvent(other)).toBe(false);
  expect(isRepeatOfEvent(Object.assign(new Error("cache lookup failed"), { code: "XX000" }))).toBe(false);
});
