import { pool } from "@/lib/db/pool";
import { destroyOldSalts } from "@/lib/ingest/visitors";
import { finishErasures } from "@/lib/privacy/erase";
import { noteShownColumns } from "./columns";
import { type Job, type Running, runJobs } from "./loop";
import { countSegments } from "./segments";

/** How often everything is looked after: one hour, in milliseconds. */
const EVERY_MS = 60 * 60 * 1000;

const JOBS: readonly Job[] = [
  // A crash may have left the rows of somebody erased; nobody sees them, but they must go.
  { name: "finish erasures", run: () => finishErasures(pool()) },
  // After this nobody can recompute the cookieless visitors of the day before yesterday.
  { name: "destroy old salts", run: (now) => destroyOldSalts(now) },
  { name: "count segments", run: (now) => countSegments(now) },
  { name: "note shown columns", run: (now) => noteShownColumns(now) },
];

export const startJobs = (): Running => runJobs(JOBS, EVERY_MS);
