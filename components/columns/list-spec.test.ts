import { expect, test } from "vitest";
import { canSort, PEOPLE_LIST, sortKey } from "@/components/columns/list-spec";
import { readSort } from "@/components/columns/list-url";
import { BUILT_IN_COLUMNS } from "@/lib/preferences/layout";
import { SORT_COLUMNS } from "@/lib/profiles/types";

test.each(["person", ...BUILT_IN_COLUMNS, "p:plan"])(
  "the list can be sorted by %s, and its URL holds the order",
  (id) => {
    expect(canSort(PEOPLE_LIST, id), "a column with a width needs a `sort` (lib/columns/column.ts)").toBe(true);
    expect(readSort(`-${sortKey(PEOPLE_LIST, id)}`, SORT_COLUMNS)).toEqual({
      by: id === "p:plan" ? { property: "plan" } : sortKey(PEOPLE_LIST, id),
      order: "desc",
    });
  },
);

test.each(["why", "windowDays", "p:", "nonsense"])("the list cannot be sorted by %s", (id) => {
  expect(readSort(id, SORT_COLUMNS)).toBeNull();
});
