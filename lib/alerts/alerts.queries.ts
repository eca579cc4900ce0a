import sql from "sql-template-tag";
import { z } from "zod";
import { type Database, pool } from "@/lib/db/pool";
import { openProject } from "@/lib/organizations/access.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { type Alert, type Channel, type Pace, triggerSchema } from "./alert";
import { triggerInWords } from "./alert-text";

const UUID = z.guid();

type ProjectScope = Pick<Scope, "projectId">;

export type StoredAlert = {
  id: string;
  name: string;
  trigger: unknown;
  channel: Channel;
  recipient: string | null;
  host: string | null;
  pace: Pace;
  quietFrom: number | null;
  quietTo: number | null;
  zone: string;
  origin: string;
  isOn: boolean;
  watchingSince: number;
  armedAt: number | null;
  sweptAt: number | null;
  /** For alerts on counts: all days before this one are judged. */
  judgedOn: string | null;
};

export const ALERT_COLUMNS = sql`id, name, trigger, channel, recipient, host, pace, quiet_from AS "quietFrom",
           quiet_to AS "quietTo", zone, origin, is_on AS "isOn", watching_since AS "watchingSince",
           armed_at AS "armedAt", swept_at AS "sweptAt", judged_on::text AS "judgedOn"`;

/** null: a process of a newer version wrote it, with a trigger that this one does not know. */
export function toAlert(row: StoredAlert): Alert | null {
  const { id, name, channel, recipient, host, pace, quietFrom, quietTo, zone, origin, isOn } = row;
  const quiet = quietFrom === null || quietTo === null ? null : { from: quietFrom, to: quietTo };
  const trigger = triggerSchema.safeParse(row.trigger);
  if (!trigger.success) return null;
  return { id, name, trigger: trigger.data, channel, recipient, host, pace, quiet, zone, origin, isOn };
}

export type AlertRow = Alert & {
  /** Its trigger, in words. */
  what: string;
  /** When its last message was sent; null: none yet. */
  lastAt: number | null;
  /** Whether its last message could not be sent. */
  isFailing: boolean;
};

/**
 * All alerts of a project that this version knows, with the status of their last message. alert_deliveries_alert_idx,
 * once per alert.
 */
export async function alertRows(scope: Scope): Promise<AlertRow[]> {
  const { projectId } = scope;
  const { rows } = await reading(scope).query<StoredAlert & { lastAt: number | null; isFailing: boolean }>(sql`
    SELECT ${ALERT_COLUMNS}, last."lastAt", coalesce(last."isFailing", false) AS "isFailing"
      FROM alerts a
      LEFT JOIN LATERAL (
        SELECT d.sent_at AS "lastAt", d.fault IS NOT NULL AS "isFailing"
          FROM alert_deliveries d
         WHERE d.project_id = ${projectId} AND d.alert_id = a.id AND NOT d.collects
         ORDER BY d.created_at DESC
         LIMIT 1) last ON true
     WHERE project_id = ${projectId}
     ORDER BY lower(name), id`);
  const names = await reading(scope).query<{ id: string; name: string }>(sql`
    SELECT id, name FROM segments WHERE project_id = ${projectId}`);
  const segments = new Map(names.rows.map((row) => [row.id, row.name]));
  return rows.flatMap((row) => {
    const alert = toAlert(row);
    if (!alert) return [];
    return [
      {
        ...alert,
        what: triggerInWords(alert.trigger, segments),
        lastAt: row.lastAt,
        isFailing: row.isFailing,
      },
    ];
  });
}

/** null for an unknown id, and for an alert whose trigger this version does not know. */
export async function alertOf({ projectId }: ProjectScope, id: string, db = pool()): Promise<Alert | null> {
  if (!UUID.safeParse(id).success) return null;
  const { rows } = await db.query<StoredAlert>(sql`
    SELECT ${ALERT_COLUMNS} FROM alerts WHERE project_id = ${projectId} AND id = ${id}`);
  return rows[0] ? toAlert(rows[0]) : null;
}

export type AlertRef = { projectId: string; id: string };

/**
 * Every active alert of the instance that is swept (on sets and on counts) and was not since `before`, least recently
 * swept first; none of deleted projects. A scan of alerts.
 */
export async function alertsToSweep(db: Database, before: Date): Promise<AlertRef[]> {
  const { rows } = await db.query<AlertRef>(sql`
    SELECT a.project_id AS "projectId", a.id
      FROM alerts a
      ${openProject(sql`a.project_id`)}
     WHERE a.is_on AND a.trigger ->> 'on' <> 'event' AND (a.swept_at IS NULL OR a.swept_at < ${before})
     ORDER BY a.swept_at NULLS FIRST`);
  return rows;
}

/** Active alerts with causes that are not in a message yet; none of deleted projects. alert_firings_pending_idx. */
export async function alertsWithPendingCauses(db: Database): Promise<AlertRef[]> {
  const { rows } = await db.query<AlertRef>(sql`
    SELECT a.project_id AS "projectId", a.id
      FROM (SELECT DISTINCT project_id, alert_id FROM alert_firings WHERE delivery_id IS NULL) f
      JOIN alerts a ON a.project_id = f.project_id AND a.id = f.alert_id AND a.is_on
      ${openProject(sql`a.project_id`)}`);
  return rows;
}
