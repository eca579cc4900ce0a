import type pg from "pg";
import sql, { type Sql } from "sql-template-tag";
import { AppError } from "@/lib/errors";
import type { Sight } from "@/lib/sight";
import { pipelined } from "./pool";
import { reading } from "./reading";

/**
 * Nobody waits longer for a page. Without a limit, a bad plan would keep a core busy for hours after its reader had
 * left.
 */
const MAX_READ_MS = 30_000;
/** Postgres' code for a statement it cancelled. */
const QUERY_CANCELED = "57014";

type Settings = { work_mem: string } & Record<string, string>;

/**
 * Runs a query that sorts or hashes a million rows: by default with 64 MB to do so instead of Postgres' 4 MB, with
 * which it would sort on disk. For few readers at a time. Throws `unavailable` after half a minute; otherwise rejects
 * like `query`.
 */
export async function readHeavily<Row extends pg.QueryResultRow>(
  reader: { sight: Sight },
  query: Sql,
  settings: Settings = { work_mem: "64MB" },
  maxMs = MAX_READ_MS,
): Promise<pg.QueryResult<Row>> {
  const [names, values] = [Object.keys(settings), Object.values(settings)];
  try {
    return await pipelined(reading(reader), async (unit) => {
      unit.defer(
        unit.tx.query(sql`SELECT set_config(name, value, true)
          FROM unnest(${[...names, "statement_timeout"]}::text[],
                      ${[...values, String(maxMs)]}::text[]) q(name, value)`),
      );
      return unit.tx.query<Row>(query);
    });
  } catch (error) {
    if (!isCanceled(error)) throw error;
    throw new AppError(
      "unavailable",
      "There is too much to read for this at once. Choose fewer days or a narrower filter.",
      {
        cause: error,
      },
    );
  }
}

/** Whether Postgres cancelled the statement; here, because it took too long. */
export const isCanceled = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === QUERY_CANCELED;
