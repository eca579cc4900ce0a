import { type ComparedRow, type Comparison, isMean } from "@/lib/comparison/compared-rows";
import { shareOf } from "@/lib/comparison/statistics";
import type { CsvCell } from "@/lib/format/csv";
import type { Scope } from "@/lib/scope";
import { csvResponse } from "./csv-stream";

type Sized = { label: string; people: number };
type Compared = { a: Sized; b: Sized; leftOut: Sized[]; comparison: Comparison };

/**
 * A CSV file with every tested row, clear ones first; then the people in neither group, by reason. Shares are 0 to 1.
 */
export function comparisonCsv(scope: Scope, { a, b, leftOut, comparison }: Compared): Response {
  const side = (label: string) => [`${label}: had`, `${label}: of`, `${label}: share or mean`];
  const head = ["kind", "key", "property", "value", ...side(a.label), ...side(b.label)];
  head.push("difference", "low", "high", "p", "adjusted p", "clear");
  const cells = (row: ComparedRow, clear: boolean): CsvCell[] => [
    row.kind,
    row.key,
    row.property ?? null,
    row.value ?? null,
    ...(isMean(row)
      ? [null, row.a.people, row.a.mean, null, row.b.people, row.b.mean]
      : [row.a.had, row.a.people, shareOf(row.a), row.b.had, row.b.people, shareOf(row.b)]),
    row.difference,
    row.low,
    row.high,
    row.p,
    row.adjusted,
    clear ? "yes" : "no",
  ];
  async function* batches(): AsyncGenerator<CsvCell[][]> {
    yield comparison.clear.map((row) => cells(row, true));
    yield comparison.unclear.map((row) => cells(row, false));
    yield leftOut.map(({ label, people }) => ["left out", label, null, null, people]);
  }
  return csvResponse(scope, "comparison", head, batches());
}
