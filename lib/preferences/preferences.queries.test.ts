import { expect, test } from "vitest";
import { DEFAULT_LAYOUT } from "./layout";
import { readLayout } from "./preferences.queries";

test("a layout survives the round trip through storage", () => {
  const layout = { columns: ["p:address.city", "events"], pinned: ["events"], widths: { person: 300, events: 90 } };
  expect(readLayout(JSON.parse(JSON.stringify(layout)), "users")).toEqual(layout);
  expect(readLayout(DEFAULT_LAYOUT, "users")).toEqual(DEFAULT_LAYOUT);
});

test("a column is shown once, and hidden columns are neither pinned nor kept", () => {
  const stored = { columns: ["events", "events"], pinned: ["city", "events"], widths: { city: 120, events: 100 } };
  expect(readLayout(stored, "users")).toEqual({ columns: ["events"], pinned: ["events"], widths: { events: 100 } });
});

test.each([
  ["nothing", undefined],
  ["an unknown column", { columns: ["shoeSize"], pinned: [], widths: {} }],
  ["a property without a name", { columns: ["p:"], pinned: [], widths: {} }],
  ["a width that hides a column", { columns: ["events"], pinned: [], widths: { events: 3 } }],
  ["a property name longer than ingest accepts", { columns: [`p:${"x".repeat(256)}`], pinned: [], widths: {} }],
])("%s is not a layout", (_what, stored) => expect(readLayout(stored, "users")).toBeNull());
