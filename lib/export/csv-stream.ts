import { BYTE_ORDER_MARK, type CsvCell, csvLines } from "@/lib/format/csv";
import { fileResponse } from "@/lib/http/file";
import type { Scope } from "@/lib/scope";

/**
 * A list as a CSV file, streamed with memory for one batch of rows, however long the list is. Safe to open in a
 * spreadsheet (lib/format/csv.ts). See fileResponse.
 */
export const csvResponse = (
  scope: Scope,
  name: string,
  head: readonly string[],
  batches: AsyncGenerator<CsvCell[][]>,
): Response => fileResponse(scope, `${name}.csv`, "text/csv", linesOf(head, batches));

async function* linesOf(head: readonly string[], batches: AsyncGenerator<CsvCell[][]>): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLines([head]);
  for await (const rows of batches) yield csvLines(rows);
}

/** The pages of a keyset list, one after the other, as rows of cells. */
export async function* pagesOf<Row>(
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
  cellsOf: (row: Row) => CsvCell[],
): AsyncGenerator<CsvCell[][]> {
  let cursor: string | undefined;
  do {
    const { rows, next } = await read(cursor);
    yield rows.map(cellsOf);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}

/** A time as all exports write it, in UTC. */
export const isoTime = (ts: number | null): string | null => (ts === null ? null : new Date(ts).toISOString());
