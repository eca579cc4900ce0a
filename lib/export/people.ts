import { config } from "@/lib/config";
import { createPool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { csvLine } from "@/lib/format/csv";
import { EXPORT_COLUMNS, type ExportColumn, exportPeople } from "@/lib/profiles/export.queries";
import { readSearch, tabOf } from "@/lib/profiles/queries";
import { whichOf } from "@/lib/profiles/queries-sorted";
import type { ListProfilesOptions } from "@/lib/profiles/types";
import type { Scope } from "@/lib/scope";

/** Exports that run at once in this process; each holds a connection while its reader reads. */
const MAX_RUNNING = 4;
const MAX_COLUMNS = 200;
const PROPERTY = "p:";
const DEFAULT_COLUMNS: ExportColumn[] = [
  "ref",
  "name",
  "email",
  "firstSeen",
  "lastSeen",
  "sessions",
  "events",
  "country",
  "device",
  "source",
];

let running = 0;

/** "ref,email,p:plan" → columns; a comma of a property's name is %2C. Throws bad_request naming the parameter. */
export function exportColumns(text: string | null): ExportColumn[] {
  if (text === null || text === "") return DEFAULT_COLUMNS;
  const names = text.split(",").map((name) => name.replaceAll("%2C", ","));
  if (names.length > MAX_COLUMNS)
    throw new AppError("bad_request", `At most ${MAX_COLUMNS} columns.`, { field: "columns" });
  return names.map((name): ExportColumn => {
    if (name.startsWith(PROPERTY) && name.length > PROPERTY.length) return { property: name.slice(PROPERTY.length) };
    const found = EXPORT_COLUMNS.find((column) => column === name);
    if (!found)
      throw new AppError(
        "bad_request",
        `There is no column “${name}”. There are ${EXPORT_COLUMNS.join(", ")}, and p:<property>.`,
        { field: "columns" },
      );
    return found;
  });
}

/**
 * A list as a CSV file, streamed as its reader takes it: memory for a thousand people, whatever the length of the list. Sorted by
 * when we met them, not as the list. Safe to open in a spreadsheet (lib/format/csv). Throws rate_limited while four others run.
 */
export async function exportCsv(
  scope: Scope,
  options: Omit<ListProfilesOptions, "limit" | "cursor" | "sort">,
  columns: ExportColumn[],
): Promise<Response> {
  if (running >= MAX_RUNNING) {
    throw new AppError("rate_limited", "Other exports are running. Try again in a minute.", { retryAfterSeconds: 60 });
  }
  running++;
  const lines = (async function* () {
    const pool = createPool(config().DATABASE_URL, 1, { pipeline: false });
    const tx = await pool.connect();
    try {
      yield csvLine(columns.map((column) => (typeof column === "string" ? column : column.property)));
      await tx.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      const which = whichOf(options, tabOf(options), await readSearch(scope, options.search));
      for await (const people of exportPeople(tx, scope, which, columns)) yield people.map(csvLine).join("");
    } finally {
      // Not given back: whoever stopped reading in the middle leaves a cursor behind.
      tx.release(true);
      await pool.end();
    }
  })();
  let done = false;
  const finish = async () => {
    if (done) return;
    done = true;
    running--;
    await lines.return(undefined);
  };
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done: ended } = await lines.next();
          if (ended) {
            await finish();
            controller.close();
          } else controller.enqueue(encoder.encode(value));
        } catch (error) {
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
      "content-disposition": `attachment; filename="users-${day}.csv"`,
      "cache-control": "no-store",
    },
  });
}
