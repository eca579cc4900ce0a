import sql from "sql-template-tag";
import { type Pool, pool, type Tx, transaction } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import {
  completeJob,
  enqueue,
  enqueueAll,
  failJob,
  postponeJob,
  type QueuedJob,
  restartJob,
  viaPool,
} from "@/lib/queue/queue.store";
import type { Scope } from "@/lib/scope";
import { type AlertRef, toAlert } from "./alerts.queries";
import { lockAlert } from "./alerts.store";
import { dueTime, endOfQuietHours, FLOOD_MESSAGES } from "./pace";

const QUEUE = "alert";
const FAULT_MAX_LENGTH = 300;
/** How long a flood's row counts further causes before it is sent. */
const FLOOD_GROWS = "1 minute";
/** The most test messages of an alert within an hour: anybody with a log-in could make us call an address in a loop. */
const TESTS_AN_HOUR = 20;
/** The most attempts to send one message, for the same reason. */
export const MAX_DELIVERY_TRIES = 50;
const ADOPT_AT_ONCE = 1_000;

const jobOf = (projectId: string, deliveryId: string) => ({ id: deliveryId, data: { projectId, deliveryId } });

/**
 * Puts causes that are not in a message yet into one: the message that is still collecting, or a new one, whose job is
 * queued in the same transaction. Causes of an alert that only a newer version can read wait for a process of that
 * version. Locks the alert, so that two processes do not collect at once.
 */
export async function collectCauses(db: Pool, { projectId, id }: AlertRef, now: number): Promise<void> {
  await transaction(db, async (tx) => {
    const row = await lockAlert(tx, projectId, id);
    const alert = row?.isOn ? toAlert(row) : null;
    if (!alert) return;
    const deliveryId = (await collectingDelivery(tx, projectId, id)) ?? newId();
    const { rowCount } = await tx.query(sql`
      UPDATE alert_firings SET delivery_id = ${deliveryId}
       WHERE project_id = ${projectId} AND alert_id = ${id} AND delivery_id IS NULL
         AND (cause NOT LIKE 'flood:%' OR at < ${new Date(now)}::timestamptz - ${FLOOD_GROWS}::interval)`);
    if (!rowCount) return;
    const due = dueTime(alert, await recentMessages(tx, projectId, id), now);
    await createDelivery(tx, { projectId, id: deliveryId, alertId: id, isTest: false, due, now });
  });
}

type NewDelivery = { projectId: string; id: string; alertId: string; isTest: boolean; due: number; now: number };

/** Creates a delivery and queues its job; changes nothing if it exists. */
async function createDelivery(tx: Tx, { projectId, id, alertId, isTest, due, now }: NewDelivery): Promise<void> {
  const { rowCount } = await tx.query(sql`
    INSERT INTO alert_deliveries (project_id, id, alert_id, is_test, state, collects, created_at, due_at)
    VALUES (${projectId}, ${id}, ${alertId}, ${isTest}, 'waiting', ${due > now}, ${new Date(now)}, ${new Date(due)})
    ON CONFLICT (project_id, id) DO NOTHING`);
  if (rowCount) await enqueue(viaPool(tx), QUEUE, { ...jobOf(projectId, id), startAfter: new Date(due) });
}

/**
 * The id of the alert's delivery that still collects causes, locked; null if there is none.
 * alert_deliveries_collecting_key.
 */
async function collectingDelivery(tx: Tx, projectId: string, alertId: string): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(sql`
    SELECT id FROM alert_deliveries WHERE project_id = ${projectId} AND alert_id = ${alertId} AND collects FOR UPDATE`);
  return rows[0]?.id ?? null;
}

/** When its last messages were created, newest first. alert_deliveries_alert_idx. */
async function recentMessages(tx: Tx, projectId: string, alertId: string): Promise<number[]> {
  const { rows } = await tx.query<{ at: number }>(sql`
    SELECT created_at AS at
      FROM alert_deliveries
     WHERE project_id = ${projectId} AND alert_id = ${alertId} AND NOT is_test
     ORDER BY created_at DESC
     LIMIT ${FLOOD_MESSAGES}`);
  return rows.map(({ at }) => at);
}

/** Sends a test message at once; throws not_found, and rate_limited after too many. */
export async function queueTestDelivery({ projectId }: Scope<"manage">, alertId: string, now: number): Promise<void> {
  await transaction(pool(), async (tx) => {
    if (!(await lockAlert(tx, projectId, alertId))) throw new AppError("not_found", "This alert does not exist.");
    const { rows } = await tx.query<{ tests: number }>(sql`
      SELECT count(*) AS tests
        FROM alert_deliveries
       WHERE project_id = ${projectId} AND alert_id = ${alertId} AND is_test
         AND created_at > ${new Date(now)}::timestamptz - interval '1 hour'`);
    if ((rows[0]?.tests ?? 0) >= TESTS_AN_HOUR)
      throw new AppError("rate_limited", `At most ${TESTS_AN_HOUR} tests an hour. Try again later.`);
    await createDelivery(tx, { projectId, id: newId(), alertId, isTest: true, due: now, now });
  });
}

/**
 * Sends a message again, with the same id, whatever its status; throws not_found for another project's, and
 * rate_limited after MAX_DELIVERY_TRIES.
 */
export async function sendDeliveryAgain(
  { projectId }: Scope<"manage">,
  deliveryId: string,
  now: number,
): Promise<void> {
  await transaction(pool(), async (tx) => {
    const { rows } = await tx.query<{ tries: number }>(sql`
      SELECT tries FROM alert_deliveries WHERE project_id = ${projectId} AND id = ${deliveryId} FOR UPDATE`);
    if (!rows[0]) throw new AppError("not_found", "This delivery no longer exists.");
    if (rows[0].tries >= MAX_DELIVERY_TRIES)
      throw new AppError("rate_limited", `At most ${MAX_DELIVERY_TRIES} attempts per message.`);
    const job = jobOf(projectId, deliveryId);
    if (!(await restartJob(tx, QUEUE, { ...job, data: { ...job.data, byHand: true } }))) return;
    await tx.query(sql`
      UPDATE alert_deliveries SET state = 'waiting', due_at = ${new Date(now)}
       WHERE project_id = ${projectId} AND id = ${deliveryId}`);
  });
}

/**
 * Postpones a message if quiet hours have begun since it was due, because it is being retried, no process was running
 * or the alert was changed; returns whether it did. Tests, and what somebody sends again, go out at any time.
 */
export async function postponeForQuietHours(
  db: Pool,
  projectId: string,
  job: QueuedJob,
  now: number,
): Promise<boolean> {
  if (job.data.byHand) return false;
  return transaction(db, async (tx) => {
    const { rows } = await tx.query<{ quietFrom: number; quietTo: number; zone: string }>(sql`
      SELECT a.quiet_from AS "quietFrom", a.quiet_to AS "quietTo", a.zone
        FROM alert_deliveries d
        JOIN alerts a ON a.project_id = d.project_id AND a.id = d.alert_id
       WHERE d.project_id = ${projectId} AND d.id = ${job.id} AND d.state = 'waiting' AND NOT d.is_test
         AND a.quiet_from IS NOT NULL AND a.quiet_to IS NOT NULL
         FOR UPDATE OF d`);
    const [hours] = rows;
    const until = hours ? endOfQuietHours({ from: hours.quietFrom, to: hours.quietTo }, hours.zone, now) : now;
    if (until <= now) return false;
    await postponeJob(tx, QUEUE, job, new Date(until));
    await tx.query(sql`
      UPDATE alert_deliveries SET due_at = ${new Date(until)} WHERE project_id = ${projectId} AND id = ${job.id}`);
    return true;
  });
}

/**
 * Claims a delivery for the process that has its job, so that it collects no further causes; counts the attempt. null
 * if there is nothing to send.
 */
export async function claimDelivery(db: Pool, projectId: string, id: string): Promise<AlertRef | null> {
  const { rows } = await db.query<{ alertId: string }>(sql`
    UPDATE alert_deliveries SET collects = false, tries = tries + 1
     WHERE project_id = ${projectId} AND id = ${id} AND state = 'waiting'
    RETURNING alert_id AS "alertId"`);
  return rows[0] ? { projectId, id: rows[0].alertId } : null;
}

/** The outcome of an attempt; `fault`: null if it was sent. `isFinal`: a retry would change nothing. */
export type DeliveryOutcome = { status: number | null; fault: string | null; isFinal: boolean };

export async function recordDeliveryOutcome(
  db: Pool,
  projectId: string,
  id: string,
  outcome: DeliveryOutcome,
  now: number,
) {
  const { status, fault, isFinal } = outcome;
  await transaction(db, async (tx) => {
    const isOver = fault === null || isFinal;
    const dueAt = isOver ? null : await failJob(tx, QUEUE, id);
    if (isOver) await completeJob(viaPool(tx), QUEUE, id);
    const shortened = fault?.slice(0, FAULT_MAX_LENGTH) ?? null;
    const state = fault === null ? "sent" : dueAt === null ? "failed" : "waiting";
    await tx.query(sql`
      UPDATE alert_deliveries
         SET state = ${state}, due_at = ${dueAt}, status = ${status}, fault = ${shortened},
             sent_at = ${fault === null ? new Date(now) : null}
       WHERE project_id = ${projectId} AND id = ${id}`);
  });
}

/** Ends a job whose delivery no longer exists or has nothing left to send, and deletes what is left of it. */
export async function dropDelivery(db: Pool, projectId: string, id: string): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.query(sql`
      WITH dropped AS (
        DELETE FROM alert_deliveries WHERE project_id = ${projectId} AND id = ${id} AND state = 'waiting' RETURNING id)
      DELETE FROM alert_firings f USING dropped WHERE f.project_id = ${projectId} AND f.delivery_id = dropped.id`);
    await completeJob(viaPool(tx), QUEUE, id);
  });
}

/** Marks deliveries as failed when their job was given up, for example because every process that tried it died. */
export async function giveUpDelivery(db: Pool, job: { id: string; projectId: string; deliveryId: string }) {
  await transaction(db, async (tx) => {
    await tx.query(sql`
      UPDATE alert_deliveries
         SET state = 'failed', due_at = NULL, fault = coalesce(fault, 'Every attempt was cut off.')
       WHERE project_id = ${job.projectId} AND id = ${job.deliveryId} AND state = 'waiting'`);
    await completeJob(viaPool(tx), `${QUEUE}-dead`, job.id);
  });
}

/**
 * Queues jobs for waiting messages that have none: pg-boss deletes a job that nobody takes for a week, and a backup may
 * lack its schema. Without one, a daily message would collect causes for ever. A scan of deliveries.
 */
export async function adoptDeliveries(db: Pool): Promise<void> {
  const { rows } = await db.query<{ projectId: string; id: string; due: number | null }>(sql`
    SELECT project_id AS "projectId", id, due_at AS due
      FROM alert_deliveries
     WHERE state = 'waiting'
     ORDER BY due_at
     LIMIT ${ADOPT_AT_ONCE}`);
  await enqueueAll(
    viaPool(db),
    QUEUE,
    rows.map(({ projectId, id, due }) => ({ ...jobOf(projectId, id), startAfter: new Date(due ?? 0) })),
  );
}

/** How long deliveries and their causes are kept. */
const RETENTION_DAYS = 30;

/**
 * Deletes old deliveries with their causes, and causes that no message will ever contain: a process that had cached an
 * alert recorded them when it was already off or deleted. None of the causes fires again: an event is stored once,
 * alert_users and alert_accounts record who is in the set, and no day is judged twice. A scan of deliveries;
 * alert_firings_delivery_idx and alert_firings_pending_idx.
 */
export async function deleteOldDeliveries(db: Pool, now: number): Promise<void> {
  const before = sql`${new Date(now)}::timestamptz - ${RETENTION_DAYS} * interval '1 day'`;
  await db.query(sql`
    WITH deleted AS (
      DELETE FROM alert_deliveries
       WHERE state <> 'waiting' AND created_at < ${before}
      RETURNING project_id, id)
    DELETE FROM alert_firings f USING deleted WHERE f.project_id = deleted.project_id AND f.delivery_id = deleted.id`);
  await db.query(sql`
    DELETE FROM alert_firings f
     WHERE f.delivery_id IS NULL
       AND (f.fired_at < ${before}
            OR NOT EXISTS (SELECT FROM alerts a WHERE a.project_id = f.project_id AND a.id = f.alert_id))`);
}
