import { pool } from "@/lib/db/pool";
import { setAside } from "@/lib/debugger/set-aside.store";
import { describeFault } from "@/lib/faults/data-fault";
import { logFault } from "@/lib/faults/log";
import { destroyOldSalts } from "@/lib/ingest/enrich/daily-salt.store";
import { finishErasures } from "@/lib/privacy/erase-jobs.store";
import { eraseDeleted } from "@/lib/privacy/erase-project.store";
import { forgetErasedValues } from "@/lib/privacy/forget-erased-values.store";
import { maintainQueues } from "@/lib/queue/queue.store";
import { maintainActiveCounts } from "./active-counts";
import { collectAlertCauses, sweepAlerts } from "./alerts";
import { eraseInBulk } from "./bulk-erasures";
import { recordShownColumns } from "./columns";
import { maintainDayCounts } from "./day-counts";
import { deliverAlerts } from "./deliver-alerts";
import { deleteExpired } from "./expired";
import { sweepStates } from "./lifecycle";
import { type Job, RunAgain, type Running, runJobs } from "./loop";
import { sendMails } from "./mail";
import { deleteOldAccessLog } from "./old-log";
import { stepRetention } from "./retention";
import { createRiskJob } from "./risk";
import { sealSecrets } from "./secrets";
import { countSegments } from "./segments";
import { sweepAllSignUps } from "./sign-ups";

/** How often every job runs: one hour, in milliseconds. */
const EVERY_MS = 60 * 60 * 1000;

/** How often the jobs of dead processes are returned to the queue, in ms. */
const MAINTAIN_EVERY_MS = 60_000;

const JOBS: readonly Job[] = [
  { name: "seal secrets", run: (_now, signal) => sealSecrets(pool(), signal) },
  // A crash may have left rows of erased people: invisible, but they must be deleted.
  { name: "finish erasures", run: (now) => finishErasures(pool(), setErasureAside(now)) },
  { name: "forget erased values", run: (_now, signal) => forgetErasedValues(pool(), signal) },
  { name: "erase deleted projects", run: (now, signal) => eraseDeleted(pool(), now, signal) },
  { name: "apply retention", run: (now) => stepRetention(now) },
  // Afterwards nobody can recompute the cookieless visitors of the day before yesterday.
  { name: "destroy old salts", run: (now) => destroyOldSalts(now) },
  { name: "predict risk", run: createRiskJob() },
  { name: "sweep states", run: (now) => sweepStates(now) },
  { name: "decide sign-ups", run: (now) => sweepAllSignUps(now) },
  { name: "count segments", run: (now) => countSegments(now) },
  { name: "count days", run: maintainDayCounts },
  { name: "count people", run: maintainActiveCounts },
  { name: "sweep alerts", run: sweepAlerts },
  { name: "delete old access log", run: deleteOldAccessLog },
  { name: "delete what expired", run: deleteExpired },
  { name: "record shown columns", run: (now) => recordShownColumns(now) },
];

/** Logs and sets aside an erasure whose rows cannot be deleted: they are already invisible, but must be deleted. */
const setErasureAside = (now: number) => async (projectId: string, jobId: string, error: unknown) => {
  logFault("erasures: one could not be finished and will be retried", error);
  await setAside(pool(), projectId, "erasures", jobId, describeFault(error), now);
};

/** pg-boss' own housekeeping; any process may do it at any time. */
async function maintainQueuesJob(): Promise<RunAgain> {
  await maintainQueues();
  return new RunAgain(MAINTAIN_EVERY_MS);
}

/**
 * Starts all jobs. Mail servers and alert receivers may respond slowly, and bulk erasures take long, so each has a loop
 * of its own. Every process takes mails and deliveries from their queues, each only once.
 */
export function startJobs(): Running {
  const queued: readonly Job[] = [
    { name: "send mail", run: sendMails, everywhere: true },
    { name: "maintain queues", run: maintainQueuesJob },
  ];
  const alerts: readonly Job[] = [
    { name: "collect alert causes", run: collectAlertCauses },
    { name: "deliver alerts", run: (now, signal) => deliverAlerts(now, signal), everywhere: true },
  ];
  const erasures: readonly Job[] = [{ name: "erase in bulk", run: eraseInBulk }];
  const loops = [JOBS, queued, alerts, erasures].map((jobs) => runJobs(jobs, EVERY_MS));
  return {
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
