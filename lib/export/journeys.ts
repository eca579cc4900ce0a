import {
  ASPECTS,
  type Aspect,
  DAY_BUCKETS,
  type JourneyRow,
  type Journeys,
  type PreviousCohort,
  VISIT_BUCKETS,
} from "@/lib/journeys/journeys";
import type { Scope } from "@/lib/scope";
import { type Columns, chooseColumns } from "./columns";
import { csvResponse } from "./csv-stream";

type Line = JourneyRow & { aspect: Aspect; every: number; reachedBefore: number | null };

const BUCKETS = [
  ...DAY_BUCKETS.map((one) => ["days", one] as const),
  ...VISIT_BUCKETS.map((one) => ["visits", one] as const),
];
const labelOf = ({ aspect, value }: Line): string | null =>
  BUCKETS.find(([of, { key }]) => of === aspect && key === value)?.[1].label ?? value;

const COLUMNS: Columns<Line> = {
  by: ({ aspect }) => aspect,
  value: labelOf,
  reached: ({ reached }) => reached,
  /** In the period before, by the same age; empty if unknown. */
  reachedBefore: ({ reachedBefore }) => reachedBefore,
  didNot: ({ others }) => others,
  /** 1: exact; n: estimated from every nth person. */
  sampledEvery: ({ every }) => every,
};

/** The columns the file can have. */
export const JOURNEYS_COLUMNS = Object.keys(COLUMNS);

/** The tables of the Journeys screen as one CSV file. */
export function exportJourneys(
  scope: Scope,
  { journeys: { rows, every }, before }: { journeys: Journeys; before: PreviousCohort },
  columns: string[] | null,
): Response {
  const { head, cellsOf } = chooseColumns(COLUMNS, columns);
  const lines = ASPECTS.flatMap((aspect) =>
    rows[aspect].map((row): Line => ({ ...row, aspect, every, reachedBefore: before.reachedBy(aspect, row.value) })),
  );
  return csvResponse(scope, "journeys", head, once(lines.map(cellsOf)));
}

async function* once<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
