import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import type { ProjectSettings } from "@/lib/projects/settings";
import { makeOperation } from "../support/operation";

export const START = Date.UTC(2026, 9, 1);
export const DAY_MS = 86_400_000;
/** The moment of minute `minute` of the tests. */
export const atMinute = (minute: number): number => START + minute * 60_000;

/** An event as the engine takes it, at a minute. */
export const makeEvent = (minute: number, of: Partial<Operation>): Operation =>
  makeOperation({ ts: atMinute(minute), receivedAt: START + 60 * DAY_MS, name: "used", ...of });

export const described = (minute: number, id: string, properties: Operation["properties"]): Operation =>
  makeEvent(minute, { kind: "group", name: "group", groups: [id], active: false, properties });

export const assigned = (minute: number, user: string, ...groups: string[]): Operation =>
  makeEvent(minute, { kind: "group", name: "assign_group", groups, active: false, user });

/** An identify with these traits. */
export const identified = (minute: number, user: string, traits: Record<string, string | number | null>): Operation =>
  makeEvent(minute, {
    kind: "identify",
    name: "identify",
    user,
    properties: traits,
    changes: Object.entries(traits).map(([key, value]) => ({ mode: "set", key, value })),
  });

export const applyOperations = (settings: ProjectSettings, ...operations: Operation[]) =>
  applyBatch(pool(), settings, operations);

/** Computes everything that is stale. */
export const refreshEverything = (settings: Pick<ProjectSettings, "id">, now = START + 60 * DAY_MS) =>
  refreshAllFacts(pool(), settings.id, now);

const minutes = (ts: number | null): string => (ts === null ? "" : String((ts - START) / 60_000));

/** "acme u1 event,property 0-5 3": account, person's handle, reasons, since and until in minutes, events. */
export async function peopleOf(projectId: string): Promise<string[]> {
  const { rows } = await pool().query<{
    account_id: string;
    handle: string;
    reasons: string[];
    since: number;
    until: number | null;
    events: number;
  }>(
    `SELECT p.account_id, f.handle, p.reasons, p.since, p.until, p.events FROM account_people p
       JOIN profile_facts f ON f.project_id = p.project_id AND f.person = p.person
      WHERE p.project_id = $1 ORDER BY 1, 2`,
    [projectId],
  );
  return rows.map(
    (row) =>
      `${row.account_id} ${row.handle} ${row.reasons.join()} ${minutes(row.since)}-${minutes(row.until)} ${row.events}`,
  );
}

/** Rows of the materialized tables of a project, for a comparison with a rebuild. */
export async function materialized(projectId: string): Promise<Record<string, unknown[]>> {
  const tables = [
    "account_people",
    "account_events",
    "account_days",
    "account_weeks",
    "account_names",
    "account_facts",
    "account_states",
  ];
  const out: Record<string, unknown[]> = {};
  for (const table of tables)
    out[table] = (
      await pool().query(`SELECT to_jsonb(t) AS row FROM ${table} t WHERE project_id = $1 ORDER BY to_jsonb(t)::text`, [
        projectId,
      ])
    ).rows;
  return out;
}

/** Deletes everything materialized and rebuilds it. */
export async function rebuild(projectId: string, now = START + 60 * DAY_MS): Promise<void> {
  for (const table of [
    "account_people",
    "account_events",
    "account_days",
    "account_weeks",
    "account_names",
    "account_facts",
    "account_states",
    "profile_facts",
    "person_events",
    "person_days",
  ])
    await pool().query(`DELETE FROM ${table} WHERE project_id = $1`, [projectId]);
  await refreshAllFacts(pool(), projectId, now);
}
