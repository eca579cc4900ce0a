import { pool } from "@/lib/db/pool";
import { analyzeYoungTables } from "@/lib/db/statistics.store";
import { type Running, runJobs } from "./loop";

/** How long a table that grows from nothing may be planned for as an empty one, in ms. */
const EVERY_MS = 2_000;

/** Keeps Postgres' idea of young tables right, from the first events on. Keeps no process alive. */
export const startStatistics = (): Running =>
  runJobs([{ name: "count young tables", run: () => analyzeYoungTables(pool()) }], EVERY_MS);
