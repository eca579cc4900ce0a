import { alertOf, alertsToSweep, alertsWithPendingCauses } from "@/lib/alerts/alerts.queries";
import { skipSweep } from "@/lib/alerts/alerts.store";
import { judgeCount } from "@/lib/alerts/counts.store";
import { adoptDeliveries, collectCauses, deleteOldDeliveries } from "@/lib/alerts/deliveries.store";
import { sweepSet } from "@/lib/alerts/sets.store";
import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { RunAgain } from "./loop";
import { forOneProject } from "./one-project";

/** How often an alert's people or accounts are swept, in ms. */
const SWEEP_EVERY_MS = 60_000;
/** After a sweep the job rests nine times as long as it took: a tenth of one core. */
const REST = 9;
/** How often new causes are put into messages, in ms; one lookup in a partial index. */
const GATHER_EVERY_MS = 2_000;
const CLEAN_EVERY_MS = 60 * 60_000;

let cleanedAt = 0;

/** Sweeps the people, accounts or counts of one alert after the other, least recently swept first. */
export async function sweepAlerts(now: number, signal: AbortSignal): Promise<RunAgain> {
  const start = performance.now();
  for (const ref of await alertsToSweep(pool(), new Date(now - SWEEP_EVERY_MS))) {
    if (signal.aborted) break;
    await forOneProject("sweep alerts", ref.projectId, now, async () => {
      try {
        const alert = await alertOf(ref, ref.id);
        if (alert?.trigger.on === "count") await judgeCount(pool(), ref, now);
        else if (alert) await sweepSet(pool(), ref, now);
      } catch (error) {
        // The segment no longer exists: the alert's page says so.
        if (!(error instanceof AppError)) throw error;
        await skipSweep(pool(), ref, now);
      }
    });
  }
  return new RunAgain(Math.max(SWEEP_EVERY_MS / 4, (performance.now() - start) * REST));
}

/** Puts new causes into messages; every hour, deletes old messages and queues those whose job was lost. */
export async function collectAlertCauses(now: number, signal: AbortSignal): Promise<RunAgain> {
  for (const ref of await alertsWithPendingCauses(pool())) {
    if (signal.aborted) break;
    await forOneProject("collect alert causes", ref.projectId, now, () => collectCauses(pool(), ref, now));
  }
  if (now - cleanedAt > CLEAN_EVERY_MS) {
    await deleteOldDeliveries(pool(), now);
    await adoptDeliveries(pool());
    cleanedAt = now;
  }
  return new RunAgain(GATHER_EVERY_MS);
}
