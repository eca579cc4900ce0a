import { AppError } from "@/lib/errors";
import { csvLine } from "@/lib/format/csv";

/** Exports that run at once in this process; each holds a connection or asks for page after page while its reader reads. */
const MAX_RUNNING = 4;

/** A spreadsheet's cell; null is an empty one. */
export type Cell = string | number | boolean | null;

let running = 0;

/**
 * A list as a CSV file, made as its reader takes it: memory for one batch of rows, whatever the length of the list. Safe to open in
 * a spreadsheet (lib/format/csv). `batches` is ended when the reader goes away. Throws rate_limited while four others run.
 */
export function csvResponse(name: string, head: readonly string[], batches: AsyncGenerator<Cell[][]>): Response {
  if (running >= MAX_RUNNING) {
    throw new AppError("rate_limited", "Other exports are running. Try again in a minute.", { retryAfterSeconds: 60 });
  }
  running++;
  let said = false;
  let done = false;
  const finish = async () => {
    if (done) return;
    done = true;
    running--;
    await batches.return(undefined);
  };
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          if (!said) {
            said = true;
            return controller.enqueue(encoder.encode(csvLine(head)));
          }
          // An empty batch would be an empty chunk, and nobody would pull again.
          for (;;) {
            const { value, done: ended } = await batches.next();
            if (ended) {
              await finish();
              return controller.close();
            }
            if (value.length > 0) return controller.enqueue(encoder.encode(value.map(csvLine).join("")));
          }
        } catch (error) {
          console.error(
            `The export of ${name} broke off:`,
            error instanceof Error ? (error.stack ?? error.message) : typeof error,
          );
          await finish();
          controller.error(error);
        }
      },
      cancel: finish,
    },
    { highWaterMark: 1 },
  );
  const day = new Date().toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}-${day}.csv"`,
      "cache-control": "no-store",
    },
  });
}

/** Page after page of a keyset list, as rows of cells. */
export async function* pagesOf<Row>(
  read: (cursor: string | undefined) => Promise<{ rows: Row[]; next: string | null }>,
  cellsOf: (row: Row) => Cell[],
): AsyncGenerator<Cell[][]> {
  let cursor: string | undefined;
  do {
    const { rows, next } = await read(cursor);
    yield rows.map(cellsOf);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
}

/** A time as every export writes it; UTC. */
export const isoTime = (ts: number | null): string | null => (ts === null ? null : new Date(ts).toISOString());
