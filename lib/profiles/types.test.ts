import { expect, expectTypeOf, test } from "vitest";
import type { Column } from "@/lib/columns/column";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import type { ProfileSummary } from "./types";

type Shown = Extract<(typeof PEOPLE_COLUMNS)[number], { width: number }>;
type FieldOf<C> = C extends { field: infer F } ? F : C extends { key: infer K } ? K : never;
type Unread<C> = C extends { from: "live" } ? Exclude<FieldOf<C>, keyof ProfileSummary> : never;

const shown: readonly Column[] = PEOPLE_COLUMNS.filter((column) => "width" in column);

test("every column that is shown reads a field of the row or of its facts, so that no cell stays empty", () => {
  // Checked by the compiler, which names the keys: "live" needs a field of ProfileSummary, "facts" nothing.
  expectTypeOf<Unread<Shown>>().toBeNever();
  expect(shown.filter(({ from }) => from === undefined)).toEqual([]);
});
