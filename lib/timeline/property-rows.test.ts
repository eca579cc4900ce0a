import { expect, test } from "vitest";
import type { PropertyWrite } from "@/lib/timeline/property-history.queries";
import { propertyRows } from "@/lib/timeline/property-rows";

const note = (
  ts: number,
  mode: string,
  value: PropertyWrite["value"],
  over: Partial<PropertyWrite> = {},
): PropertyWrite => ({
  ts,
  eventId: `event-${ts}`,
  mode,
  value,
  actor: "u:ada",
  origin: "https://shop.example",
  ...over,
});
const rows = (properties: object, notes: Record<string, PropertyWrite[]>, pins: string[] = []) =>
  propertyRows({ properties: properties as never }, new Map(Object.entries(notes)), pins);

test("a value is as old as the first of its uninterrupted repetitions", () => {
  const [plan] = rows(
    { plan: "pro" },
    { plan: [note(5, "set", "pro"), note(4, "identify", "pro"), note(3, "set", "free"), note(1, "set", "pro")] },
  );
  expect(plan).toMatchObject({ value: "pro", since: 4, by: "identify from shop.example", type: "text" });
  expect(plan?.history.map(({ text }) => text)).toEqual(["pro", "free", "pro"]);
  expect(plan?.history.map(({ ts }) => ts)).toEqual([4, 3, 1]);
});

test.each([
  [
    "repeating a value is not a change",
    [
      ["set", "a"],
      ["identify", "a"],
      ["set", "a"],
    ],
    ["a"],
  ],
  [
    "but it is after another value",
    [
      ["set", "a"],
      ["set", "b"],
      ["set", "a"],
    ],
    ["a", "b", "a"],
  ],
  [
    "and after a step",
    [
      ["set", 5],
      ["increment", 2],
      ["set", 5],
    ],
    ["5", "+ 2", "5"],
  ],
  [
    "each step is one",
    [
      ["increment", 1],
      ["increment", 1],
    ],
    ["+ 1", "+ 1"],
  ],
  [
    "removing a removed value is not a change",
    [
      ["set", "a"],
      ["unset", null],
      ["set", null],
    ],
    ["a", "removed"],
  ],
  [
    "nor is a set_once of a property with a value",
    [
      ["set", "a"],
      ["set_once", "b"],
    ],
    ["a"],
  ],
  [
    "a list is compared as a whole",
    [
      ["set", ["x"]],
      ["set", ["x"]],
      ["set", ["x", "y"]],
    ],
    ['["x"]', '["x","y"]'],
  ],
  [
    "adding a value the list already has is not a change",
    [
      ["union", ["x"]],
      ["union", ["x"]],
      ["remove", ["x"]],
    ],
    ["+ x", "− x"],
  ],
] as [string, [string, PropertyWrite["value"]][], string[]][])("%s", (_guarantee, changes, texts) => {
  const notes = changes.map(([mode, value], ts) => note(ts, mode, value)).reverse();
  expect(
    rows({ p: 1 }, { p: notes })[0]
      ?.history.map(({ text }) => text)
      .reverse(),
  ).toEqual(texts);
});

test("a counter dates from its last step, and its history shows each step", () => {
  const [logins] = rows({ logins: 7 }, { logins: [note(9, "increment", 2), note(2, "set", 5)] });
  expect(logins).toMatchObject({ value: "7", since: 9, type: "number" });
  expect(logins?.history.map(({ text }) => text)).toEqual(["+ 2", "5"]);
});

test("an unset property stays, at the end, with its history", () => {
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
])("names %s as the source", (_who, change, by) => expect(rows({ a: 1 }, { a: [change] })[0]?.by).toBe(by));

test("a table stays short, whatever was sent: current properties come before removed ones", () => {
  const note = { ts: 1, eventId: "e", mode: "set", value: 1, actor: "a:x", origin: null };
  const sent = new Map(Array.from({ length: 50_000 }, (_, i) => [`a${i}`, [note]]));
  const rows = propertyRows({ properties: { zoo: 1 } }, sent, []);
  expect(rows[0]?.key).toBe("zoo");
  expect(rows.length).toBeLessThanOrEqual(400);
});
