import { pool } from "@/lib/db/pool";
import { analyzeYoungTables } from "@/lib/db/statistics.store";
import { startJobs } from "./start";

/** How long a table that grows from nothing may be planned for as an empty one, in ms. */
const EVERY_MS = 2_000;

/** Keeps Postgres' idea of young tables right, from the first events on. Keeps no process alive. */
export const startStatistics = (): { stop(): void } =>
  startJobs([{ name: "count young tables", run: () => analyzeYoungTables(pool()) }], EVERY_MS);
