import { ASPECTS, type Aspect, DAY_BUCKETS, type Row, VISIT_BUCKETS } from "@/lib/journeys/journeys";
import type { Journeys } from "@/lib/journeys/journeys.queries";
import type { Scope } from "@/lib/scope";
import { type Columns, chosen } from "./columns";
import { csvResponse } from "./csv-stream";

type Line = Row & { aspect: Aspect; every: number };

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
  didNot: ({ others }) => others,
  /** 1: exact; n: estimated from every nth person. */
  sampledEvery: ({ every }) => every,
};

/** The columns the file can have. */
export const JOURNEYS_COLUMNS = Object.keys(COLUMNS);

/** The tables of Journeys as one CSV file. */
export function exportJourneys(scope: Scope, { rows, every }: Journeys, columns: string[] | null): Response {
  const { head, cellsOf } = chosen(COLUMNS, columns);
  const lines = ASPECTS.flatMap((aspect) => rows[aspect].map((row): Line => ({ ...row, aspect, every })));
  return csvResponse(scope, "journeys", head, once(lines.map(cellsOf)));
}

async function* once<T>(rows: T): AsyncGenerator<T> {
  yield rows;
}
