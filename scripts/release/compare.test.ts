import { expect, test } from "vitest";
import { upgradeDifferences } from "./compare";
import type { Snapshot } from "./snapshot.queries";

const before: Snapshot = {
  columns: { events: ["id", "name"], notes: ["body", "id"] },
  tables: { events: { rows: 2, hash: "7" }, notes: { rows: 1, hash: "3" } },
  timelines: new Map([
    ["p 1", "2 7"],
    ["p 2", "1 5"],
  ]),
  lists: new Map([["p 1", "(2)"]]),
  totals: { people: 2, events: 2 },
};
const after = (change: Partial<Snapshot>): Snapshot => ({ ...before, ...change });

test("an upgrade that keeps everything has no differences, whatever columns it adds", () => {
  const columns = { ...before.columns, notes: ["body", "edited_at", "id"] };
  expect(upgradeDifferences(before, after({ columns }))).toEqual([]);
});

test("lost rows, other values, lost columns and tables are each named", () => {
  expect(upgradeDifferences(before, after({ tables: { ...before.tables, events: { rows: 1, hash: "7" } } }))).toEqual([
    "events: 2 rows before, 1 after",
  ]);
  expect(upgradeDifferences(before, after({ tables: { ...before.tables, notes: { rows: 1, hash: "4" } } }))).toEqual([
    "notes: the same number of rows, but other values",
  ]);
  expect(upgradeDifferences(before, after({ columns: { events: ["id"], notes: ["body", "id"] } }))).toEqual([
    "events: name was dropped, so its content was not compared",
  ]);
  const { notes: _, ...others } = before.columns;
  expect(upgradeDifferences(before, after({ columns: others }))).toHaveLength(1);
});

test("an event that moved to somebody else, and a person who vanished, are differences of timelines", () => {
  expect(upgradeDifferences(before, after({ timelines: new Map([["p 1", "3 12"]]) }))).toEqual([
    "timelines: 2 of 2 differ: p 1: 2 7 → 3 12; p 2: 1 5 → none",
  ]);
  expect(upgradeDifferences(before, after({ lists: new Map([["p 1", "(3)"]]) }))).toHaveLength(1);
});
