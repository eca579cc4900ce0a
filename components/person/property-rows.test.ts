import { expect, test } from "vitest";
import { propertyRows } from "@/components/person/property-rows";
import type { PropertyNote } from "@/lib/timeline/queries-properties";

const note = (
  ts: number,
  mode: string,
  value: PropertyNote["value"],
  over: Partial<PropertyNote> = {},
): PropertyNote => ({
  ts,
  eventId: `event-${ts}`,
  mode,
  value,
  actor: "u:ada",
  origin: "https://shop.example",
  ...over,
});
const rows = (properties: object, notes: Record<string, PropertyNote[]>, pins: string[] = []) =>
  propertyRows({ properties: properties as never, userIds: ["ada"] }, new Map(Object.entries(notes)), pins);

test("a value is as old as the first of the times it was set to itself without a break", () => {
  const [plan] = rows(
    { plan: "pro" },
    { plan: [note(5, "set", "pro"), note(4, "identify", "pro"), note(3, "set", "free"), note(1, "set", "pro")] },
  );
  expect(plan).toMatchObject({ value: "pro", since: 4, by: "identify from shop.example", type: "text" });
  expect(plan?.history.map(({ text }) => text)).toEqual(["pro", "pro", "free", "pro"]);
});

test("a counter is as old as its last step, and each step is told", () => {
  const [logins] = rows({ logins: 7 }, { logins: [note(9, "increment", 2), note(2, "set", 5)] });
  expect(logins).toMatchObject({ value: "7", since: 9, type: "number" });
  expect(logins?.history.map(({ text }) => text)).toEqual(["+ 2", "5"]);
});

test("what was unset stays, at the end, with its history", () => {
  const found = rows({ b: 1 }, { a: [note(2, "unset", null), note(1, "set", "x")] });
  expect(found.map(({ key, value }) => [key, value])).toEqual([
    ["b", "1"],
    ["a", null],
  ]);
});

test("pinned ones come first, in the order of the pins", () => {
  expect(rows({ a: 1, b: 2, c: 3 }, {}, ["c", "b"]).map(({ key }) => key)).toEqual(["c", "b", "a"]);
});

test.each([
  ["a server", note(1, "set", 1, { origin: null }), "set from your server"],
  ["a visitor before login", note(1, "set_once", 1, { actor: "a:1" }), "set once from shop.example, while anonymous"],
])("says that %s said it", (_who, said, by) => expect(rows({ a: 1 }, { a: [said] })[0]?.by).toBe(by));

test("a table stays short, whatever was sent: what somebody has comes before what they have no more", () => {
  const note = { ts: 1, eventId: "e", mode: "set", value: 1, actor: "a:x", origin: null };
  const sent = new Map(Array.from({ length: 50_000 }, (_, i) => [`a${i}`, [note]]));
  const rows = propertyRows({ properties: { zoo: 1 }, userIds: [] }, sent, []);
  expect(rows[0]?.key).toBe("zoo");
  expect(rows.length).toBeLessThanOrEqual(400);
});
