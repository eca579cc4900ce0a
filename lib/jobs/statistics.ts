import { pool } from "@/lib/db/pool";
import { analyzeYoungTables } from "@/lib/db/statistics.store";
import { type Running, runJobs } from "./loop";

/** How long queries may be planned for an empty table after it starts growing, in ms. */
const EVERY_MS = 2_000;

/** Keeps Postgres' statistics of young tables current, from the first events on. Does not keep the process alive. */
export const startStatistics = (): Running =>
  runJobs([{ name: "count young tables", run: () => analyzeYoungTables(pool()) }], EVERY_MS);
