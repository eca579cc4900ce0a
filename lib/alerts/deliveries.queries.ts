import sql from "sql-template-tag";
import { accountIdToUrl } from "@/lib/accounts/url-id";
import type { Pool } from "@/lib/db/pool";
import { type Database, pool } from "@/lib/db/pool";
import { idInRef, type PersonRef } from "@/lib/identity/person-ref";
import { joinOwner, joinPersonOfNumber, PERSON_COLUMNS } from "@/lib/identity/person-ref.queries";
import { openProject, PROJECTS_OF_MEMBERSHIP, ROLE_IN_PROJECT } from "@/lib/organizations/access.queries";
import { type NamesHiddenFrom, type Role, seesNames } from "@/lib/permissions";
import { reading } from "@/lib/reading/reading";
import { type Scope, SEES_ALL, SEES_MASKED } from "@/lib/scope";
import type { Alert } from "./alert";
import { triggerInWords } from "./alert-text";
import { type AlertRef, alertOf } from "./alerts.queries";
import { type AlertMessage, type Cause, MAX_LINES } from "./message";

export type DeliveryShown = {
  id: string;
  isTest: boolean;
  state: "waiting" | "sent" | "failed";
  createdAt: number;
  dueAt: number | null;
  sentAt: number | null;
  tries: number;
  status: number | null;
  fault: string | null;
  causes: number;
};

const SHOWN = 50;

/** An alert's newest deliveries. alert_deliveries_alert_idx, alert_firings_delivery_idx. */
export async function deliveriesOf({ projectId }: Scope, alertId: string): Promise<DeliveryShown[]> {
  const { rows } = await pool().query<DeliveryShown>(sql`
    SELECT d.id, d.is_test AS "isTest", d.state, d.created_at AS "createdAt", d.due_at AS "dueAt",
           d.sent_at AS "sentAt", d.tries, d.status, d.fault,
           (SELECT coalesce(sum(f.causes), 0)::int FROM alert_firings f
             WHERE f.project_id = ${projectId} AND f.delivery_id = d.id) AS causes
      FROM alert_deliveries d
     WHERE d.project_id = ${projectId} AND d.alert_id = ${alertId}
     ORDER BY d.created_at DESC, d.id
     LIMIT ${SHOWN}`);
  return rows;
}

type Named = {
  at: number;
  ref: PersonRef | null;
  personName: string | null;
  accountId: string | null;
  accountName: string | null;
  numbers: Cause["numbers"];
};

/** `to`: the address of the member who gets it by mail; null for webhooks, and if there is no such member any more. */
export type Outgoing = { alert: Alert; message: AlertMessage; to: string | null };

/**
 * A delivery as its receiver reads it, with the current person or account of each cause; null if nothing is left to
 * send, for example because the person was erased or the project deleted; "newer" if only a newer version can read the
 * alert. Names are hidden if the project hides them in alerts, or from the member who gets it, and so are addresses in
 * the names of the alert and its segment. None of it is stored.
 */
export async function messageOf(
  db: Pool,
  { projectId, id: alertId }: AlertRef,
  deliveryId: string,
  appUrl: string,
): Promise<Outgoing | "newer" | null> {
  const alert = await alertOf({ projectId }, alertId);
  const { rows } = await db.query<{ isTest: boolean; project: string; masked: boolean; hasAlert: boolean }>(sql`
    SELECT d.is_test AS "isTest", p.name AS project, p.names_hidden_in_alerts AS masked,
           EXISTS (SELECT FROM alerts a WHERE a.project_id = ${projectId} AND a.id = d.alert_id) AS "hasAlert"
      FROM alert_deliveries d
      ${openProject(sql`d.project_id`)}
     WHERE d.project_id = ${projectId} AND d.id = ${deliveryId}`);
  const delivery = rows[0];
  if (!delivery?.hasAlert) return null;
  if (!alert) return "newer";
  const to = alert.channel === "email" && alert.recipient ? await recipientOf(db, projectId, alert.recipient) : null;
  const isMasked = delivery.masked || to?.seesNames === false;
  const read = reading({ projectId, sight: isMasked ? SEES_MASKED : SEES_ALL }, db);
  // Members name alerts and segments after people, too.
  const shown = isMasked ? await alertOf({ projectId }, alertId, read) : alert;
  if (!shown) return null;
  const { causes, more } = await causesOf(read, projectId, deliveryId);
  if (causes.length + more === 0 && !delivery.isTest) return null;
  const base = `${appUrl || alert.origin}/${projectId}`;
  const named = causes.map((cause): Cause => ({ at: cause.at, about: aboutOf(cause, base), numbers: cause.numbers }));
  const { trigger } = shown;
  const segments = trigger.on === "segment" ? await segmentName(read, projectId, trigger.segment) : new Map();
  const message: AlertMessage = {
    id: deliveryId,
    alert: { id: alert.id, name: shown.name, trigger },
    what: triggerInWords(trigger, segments),
    project: { id: projectId, name: delivery.project },
    causes: named,
    more,
    isTest: delivery.isTest,
    url: `${base}/settings/alerts/${alert.id}`,
  };
  return { alert, message, to: to?.email ?? null };
}

function aboutOf({ ref, personName, accountId, accountName }: Named, base: string): Cause["about"] {
  if (accountId !== null) {
    const url = `${base}/accounts/${encodeURIComponent(accountIdToUrl(accountId))}`;
    return { kind: "account", id: accountId, name: accountName ?? accountId, url };
  }
  if (ref === null) return null;
  return {
    kind: "person",
    id: ref,
    name: personName ?? idInRef(ref),
    url: `${base}/users/${encodeURIComponent(ref)}`,
  };
}

/**
 * The first MAX_LINES causes with their people or accounts, and how many more there are. Causes whose event, person or
 * account no longer exists are left out; an account merged meanwhile appears as the one it was merged into.
 */
async function causesOf(db: Database, projectId: string, deliveryId: string) {
  const scope = { projectId };
  const { rows } = await db.query<Named & { all: number; listed: boolean }>(sql`
    SELECT f.at, ${PERSON_COLUMNS}, b.account_id AS "accountId", b.name AS "accountName", f.numbers,
           sum(f.causes) OVER ()::int AS all,
           f.cause NOT LIKE 'flood:%' AS listed
      FROM alert_firings f
      LEFT JOIN LATERAL (
        SELECT f.person WHERE f.person IS NOT NULL
        UNION ALL
        SELECT owner.person
          FROM (SELECT f.actor_id, f.at WHERE f.actor_id IS NOT NULL) e
          ${joinOwner(scope, sql`e.actor_id`, sql`e.at`)}) whose
             ON true
      ${joinPersonOfNumber(scope, sql`whose.person`)}
      LEFT JOIN accounts a ON a.project_id = ${projectId} AND a.id = f.account_id
      LEFT JOIN account_facts b ON b.project_id = ${projectId} AND b.account_id = coalesce(a.merged_into, a.id)
     WHERE f.project_id = ${projectId} AND f.delivery_id = ${deliveryId}
       AND (f.event_id IS NULL
            OR EXISTS (SELECT 1 FROM events v WHERE v.project_id = ${projectId} AND v.id = f.event_id))
       AND (f.person IS NULL OR who.id IS NOT NULL)
       AND (f.account_id IS NULL OR b.account_id IS NOT NULL)
     ORDER BY listed DESC, f.fired_at, f.cause
     LIMIT ${MAX_LINES}`);
  const causes = rows.filter(({ listed }) => listed);
  return { causes, more: (rows[0]?.all ?? 0) - causes.length };
}

async function segmentName(db: Database, projectId: string, id: string): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(sql`
    SELECT id, name FROM segments WHERE project_id = ${projectId} AND id = ${id}`);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** The member who gets an alert's mails, as long as they may see the project; otherwise null. */
async function recipientOf(db: Database, projectId: string, memberId: string) {
  const { rows } = await db.query<{ email: string; role: Role; hidden: NamesHiddenFrom }>(sql`
    SELECT m.email, ${ROLE_IN_PROJECT} AS role, p.names_hidden_from AS hidden
      FROM memberships s
      JOIN members m ON m.id = s.member_id
      ${PROJECTS_OF_MEMBERSHIP}
     WHERE p.id = ${projectId} AND s.member_id = ${memberId} AND ${ROLE_IN_PROJECT} IS NOT NULL`);
  const [member] = rows;
  return member ? { email: member.email, seesNames: seesNames(member.role, member.hidden) } : null;
}

/** The sealed endpoint of an alert. */
export async function sealedEndpoint(db: Database, { projectId, id }: AlertRef): Promise<Uint8Array | null> {
  const { rows } = await db.query<{ endpoint: Uint8Array | null }>(sql`
    SELECT endpoint FROM alerts WHERE project_id = ${projectId} AND id = ${id}`);
  return rows[0]?.endpoint ?? null;
}
