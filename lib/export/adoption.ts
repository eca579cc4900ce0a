import { USE_GROUPS as COUNTED, type FeatureRow } from "@/lib/adoption/adoption";
import type { Adoption } from "@/lib/adoption/adoption.queries";
import type { UseWeek } from "@/lib/adoption/weeks";
import type { FeatureWeeks } from "@/lib/adoption/weeks.queries";
import type { Scope } from "@/lib/scope";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse } from "./csv-stream";

type Line = FeatureRow & { people: number; estimate: boolean; margin: number };

const COLUMNS: Columns<Line> = {
  feature: ({ feature }) => feature.name,
  events: ({ feature }) => feature.events.join(" "),
  ...Object.fromEntries(COUNTED.map((column) => [column, (line: Line) => line[column]])),
  firstBefore: ({ firstBefore }) => firstBefore,
  people: ({ people }) => people,
  estimate: ({ estimate }) => String(estimate),
  margin: ({ margin }) => margin,
};

/** The columns the file can have. */
export const ADOPTION_COLUMNS = Object.keys(COLUMNS);

/** Who used each feature, as a CSV file. */
export function exportAdoption(scope: Scope, adoption: Adoption, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  const { people, isEstimate, margin, rows } = adoption;
  const lines = rows.map((row): Line => ({ ...row, people, estimate: isEstimate, margin }));
  return csvResponse(scope, "adoption", head, once(lines.map(cellsOf)));
}

const WEEK_COLUMNS: Columns<UseWeek & { feature: string; estimate: boolean; margin: number }> = {
  feature: ({ feature }) => feature,
  week: ({ monday }) => new Date(monday).toISOString().slice(0, 10),
  first: ({ first }) => first,
  again: ({ again }) => again,
  never: ({ never }) => never,
  isUnfinished: ({ isUnfinished }) => String(isUnfinished),
  estimate: ({ estimate }) => String(estimate),
  margin: ({ margin }) => margin,
};

export const WEEK_FILE_COLUMNS = Object.keys(WEEK_COLUMNS);

/** Who used one feature in each week, as a CSV file; only its head without a feature. */
export function exportUse(scope: Scope, use: FeatureWeeks | null, columns: string[] | null): Response {
  const { head, cellsOf } = chooseColumns(WEEK_COLUMNS, columns);
  const same = use && { feature: use.feature.name, estimate: use.isEstimate, margin: use.margin };
  const lines = same ? use.weeks.map((week) => ({ ...week, ...same })) : [];
  return csvResponse(scope, "adoption-weeks", head, once(lines.map(cellsOf)));
}

async function* once<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
