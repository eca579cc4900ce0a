import sql from "sql-template-tag";
import { type Database, pool, type Tx, transaction } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { NotFetched } from "@/lib/http/fetch-public";
import { postableUrl } from "@/lib/http/post-public";
import { newId } from "@/lib/ids";
import { PROJECTS_OF_MEMBERSHIP, ROLE_IN_PROJECT } from "@/lib/organizations/access.queries";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import { type AlertInput, alertSchema, MAX_ALERTS, type Trigger } from "./alert";
import { ALERT_COLUMNS, type AlertRef, type StoredAlert, toAlert } from "./alerts.queries";
import { newWebhookSecret, openEndpoint, sealEndpoint } from "./endpoint";

/** A new alert's id, and its signing secret, which is not shown again; null for channels without one. */
export type CreatedAlert = { id: string; secret: string | null };

/** Throws unprocessable with the field at fault, and `conflict` above MAX_ALERTS. */
export async function createAlert(
  scope: Scope<"manage">,
  input: AlertInput,
  origin: string,
  now: number,
): Promise<CreatedAlert> {
  const alert = parseInput(alertSchema, input);
  const id = newId();
  const secret = alert.channel === "webhook" ? newWebhookSecret() : null;
  const url = alert.channel === "email" ? null : requireUrl(alert.url);
  const endpoint = url && sealEndpoint(id, { url: url.href, secret });
  await transaction(pool(), async (tx) => {
    await lockAlerts(tx, scope.projectId);
    await requireRoom(tx, scope.projectId);
    await requireRecipient(tx, scope, alert.recipient);
    await requireSegment(tx, scope, alert.trigger);
    const { name, trigger, channel, recipient, pace, quiet, zone } = alert;
    await tx.query(sql`
      INSERT INTO alerts (project_id, id, name, trigger, channel, recipient, endpoint, host, pace, quiet_from, quiet_to,
                          zone, origin, is_on, created_at, created_by, watching_since)
      VALUES (${scope.projectId}, ${id}, ${name}, ${JSON.stringify(trigger)}, ${channel}, ${recipient}, ${endpoint},
              ${url?.host ?? null}, ${pace}, ${quiet?.from ?? null}, ${quiet?.to ?? null}, ${zone}, ${origin}, true,
              ${new Date(now)}, ${scope.actor}, ${new Date(now)})`);
  });
  return { id, secret };
}

/** Changes an alert; its channel cannot change. A changed trigger starts over, so that existing matches do not fire. */
export async function changeAlert(scope: Scope<"manage">, id: string, input: AlertInput, now: number): Promise<void> {
  const alert = parseInput(alertSchema, input);
  await transaction(pool(), async (tx) => {
    const before = await lockAlert(tx, scope.projectId, id);
    if (!before) throw unknownAlert();
    await requireRecipient(tx, scope, alert.recipient);
    const { name, trigger, recipient, pace, quiet, zone } = alert;
    const url = before.channel === "email" || alert.url === "" ? null : requireUrl(alert.url);
    const endpoint = url ? sealEndpoint(id, { url: url.href, secret: secretOf(id, before) }) : before.endpoint;
    await tx.query(sql`
      UPDATE alerts
         SET name = ${name}, trigger = ${JSON.stringify(trigger)}, recipient = ${recipient}, pace = ${pace},
             quiet_from = ${quiet?.from ?? null}, quiet_to = ${quiet?.to ?? null}, zone = ${zone},
             endpoint = ${endpoint}, host = ${url?.host ?? before.host}
       WHERE project_id = ${scope.projectId} AND id = ${id}`);
    if (JSON.stringify(trigger) === JSON.stringify(toAlert(before)?.trigger)) return;
    await requireSegment(tx, scope, trigger);
    await startOver(tx, scope, id, now);
  });
}

/** The signing secret of a signed webhook; a new one if the stored one cannot be read any more. */
function secretOf(id: string, { channel, endpoint }: LockedRow): string | null {
  if (channel !== "webhook") return null;
  return (endpoint && openEndpoint(id, endpoint)?.secret) ?? newWebhookSecret();
}

/** Turns an alert off, so that nothing more is sent, or on again from now. */
export async function switchAlert(scope: Scope<"manage">, id: string, isOn: boolean, now: number): Promise<void> {
  await transaction(pool(), async (tx) => {
    if (!(await lockAlert(tx, scope.projectId, id))) throw unknownAlert();
    await tx.query(sql`UPDATE alerts SET is_on = ${isOn} WHERE project_id = ${scope.projectId} AND id = ${id}`);
    await startOver(tx, scope, id, now);
  });
}

/** Replaces the signing secret; the new one is shown once. Throws `conflict` if the address cannot be read any more. */
export async function renewSecret(scope: Scope<"manage">, id: string): Promise<string> {
  const secret = newWebhookSecret();
  await transaction(pool(), async (tx) => {
    const before = await lockAlert(tx, scope.projectId, id);
    if (!before?.endpoint || before.channel !== "webhook") throw unknownAlert();
    const known = openEndpoint(id, before.endpoint);
    if (!known) throw new AppError("conflict", "AUTH_SECRET has changed. Enter the address again first.");
    const endpoint = sealEndpoint(id, { ...known, secret });
    await tx.query(sql`UPDATE alerts SET endpoint = ${endpoint} WHERE project_id = ${scope.projectId} AND id = ${id}`);
  });
  return secret;
}

/** Deletes it with everything it recorded and sent. */
export async function deleteAlert({ projectId }: Scope<"manage">, id: string): Promise<void> {
  await transaction(pool(), async (tx) => {
    await lockAlert(tx, projectId, id);
    await tx.query(sql`DELETE FROM alert_people WHERE project_id = ${projectId} AND alert_id = ${id}`);
    await tx.query(sql`DELETE FROM alert_users WHERE project_id = ${projectId} AND alert_id = ${id}`);
    await tx.query(sql`DELETE FROM alert_accounts WHERE project_id = ${projectId} AND alert_id = ${id}`);
    await tx.query(sql`DELETE FROM alert_firings WHERE project_id = ${projectId} AND alert_id = ${id}`);
    await tx.query(sql`DELETE FROM alert_deliveries WHERE project_id = ${projectId} AND alert_id = ${id}`);
    await tx.query(sql`DELETE FROM alerts WHERE project_id = ${projectId} AND id = ${id}`);
  });
}

/**
 * Makes an alert start over: existing matches do not fire, and unsent causes are dropped. alert_firings_delivery_idx.
 */
async function startOver(tx: Tx, { projectId }: Scope, id: string, now: number): Promise<void> {
  await tx.query(sql`
    UPDATE alerts SET watching_since = ${new Date(now)}, armed_at = NULL, swept_at = NULL, judged_on = NULL
     WHERE project_id = ${projectId} AND id = ${id}`);
  await tx.query(sql`
    DELETE FROM alert_firings WHERE project_id = ${projectId} AND alert_id = ${id} AND delivery_id IS NULL`);
  await tx.query(sql`
    WITH unsent AS (
      DELETE FROM alert_deliveries
       WHERE project_id = ${projectId} AND alert_id = ${id} AND state = 'waiting' AND NOT is_test
      RETURNING id)
    DELETE FROM alert_firings f USING unsent WHERE f.project_id = ${projectId} AND f.delivery_id = unsent.id`);
}

/** Moves an alert that cannot be swept, as its segment no longer exists, to the end of the queue. */
export async function skipSweep(db: Database, { projectId, id }: AlertRef, now: number): Promise<void> {
  await db.query(sql`UPDATE alerts SET swept_at = ${new Date(now)} WHERE project_id = ${projectId} AND id = ${id}`);
}

export type LockedRow = StoredAlert & { endpoint: Uint8Array | null };

/** Locks the alert for this transaction, to fire it, collect its causes or change it; null if it no longer exists. */
export async function lockAlert(tx: Tx, projectId: string, id: string): Promise<LockedRow | null> {
  const { rows } = await tx.query<LockedRow>(sql`
    SELECT ${ALERT_COLUMNS}, endpoint FROM alerts WHERE project_id = ${projectId} AND id = ${id} FOR UPDATE`);
  return rows[0] ?? null;
}

/** Makes members who add an alert at the same time wait for each other, so that the limit holds. */
const lockAlerts = (tx: Tx, projectId: string) =>
  tx.query(sql`SELECT pg_advisory_xact_lock(hashtextextended('alerts ' || ${projectId}::text, 0))`);

async function requireRoom(tx: Tx, projectId: string): Promise<void> {
  const { rows } = await tx.query<{ alerts: number }>(sql`
    SELECT count(*) AS alerts FROM alerts WHERE project_id = ${projectId}`);
  if ((rows[0]?.alerts ?? 0) >= MAX_ALERTS)
    throw new AppError("conflict", `A project has at most ${MAX_ALERTS} alerts. Delete one first.`);
}

/** Mails only go to members: anybody may sign up, and must not be able to mail strangers. */
async function requireRecipient(tx: Tx, scope: Scope, recipient: string | null): Promise<void> {
  if (recipient === null) return;
  const { rowCount } = await tx.query(sql`
    SELECT
      FROM memberships s
      ${PROJECTS_OF_MEMBERSHIP}
     WHERE p.id = ${scope.projectId} AND s.member_id = ${recipient} AND ${ROLE_IN_PROJECT} IS NOT NULL`);
  if (!rowCount) throw new AppError("unprocessable", "Choose a member of this project's team.", { field: "recipient" });
}

/** A segment of people for alerts on people, of accounts for those on accounts. */
async function requireSegment(tx: Tx, { projectId }: Scope, trigger: Trigger): Promise<void> {
  if (trigger.on !== "segment") return;
  const { rowCount } = await tx.query(sql`
    SELECT FROM segments
     WHERE project_id = ${projectId} AND id = ${trigger.segment} AND subject = ${trigger.who}`);
  if (!rowCount) throw new AppError("unprocessable", `Choose a segment of ${trigger.who}.`, { field: "segment" });
}

function requireUrl(text: string): URL {
  try {
    return postableUrl(text);
  } catch (error) {
    if (!(error instanceof NotFetched)) throw error;
    throw new AppError("unprocessable", text === "" ? "Enter where to send it." : error.message, { field: "url" });
  }
}

const unknownAlert = (): AppError => new AppError("not_found", "This alert no longer exists.");
