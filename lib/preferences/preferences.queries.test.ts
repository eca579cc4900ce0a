import { expect, test } from "vitest";
import { DEFAULT_LAYOUT } from "./layout";
import { readLayout } from "./preferences.queries";

test("a layout comes back as it was stored", () => {
  const layout = { columns: ["p:address.city", "events"], pinned: ["events"], widths: { person: 300, events: 90 } };
  expect(readLayout(JSON.parse(JSON.stringify(layout)), "users")).toEqual(layout);
  expect(readLayout(DEFAULT_LAYOUT, "users")).toEqual(DEFAULT_LAYOUT);
});

test("a column is shown once, and what is not shown is neither pinned nor remembered", () => {
  const stored = { columns: ["events", "events"], pinned: ["city", "events"], widths: { city: 120, events: 100 } };
  expect(readLayout(stored, "users")).toEqual({ columns: ["events"], pinned: ["events"], widths: { events: 100 } });
});

test.each([
  ["nothing", undefined],
  ["a column nobody knows", { columns: ["shoeSize"], pinned: [], widths: {} }],
  ["a property without a name", { columns: ["p:"], pinned: [], widths: {} }],
  ["a width that hides a column", { columns: ["events"], pinned: [], widths: { events: 3 } }],
  ["a property's name beyond what can be sent", { columns: [`p:${"x".repeat(256)}`], pinned: [], widths: {} }],
])("%s is no layout", (_what, stored) => expect(readLayout(stored, "users")).toBeNull());
