import sql from "sql-template-tag";
import { type Database, pool, type Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import type { RetentionSettings } from "@/lib/projects/settings";
import type { Scope } from "@/lib/scope";

/** The phases of a run, in order. */
export const RETENTION_PHASES = ["names", "everything", "sessions", "visitors", "done"] as const;
export type RetentionPhase = (typeof RETENTION_PHASES)[number];

/** The progress of a run. `cursor`: the position in the phase, as JSON; null at its beginning. Times in ms. */
export type RetentionRun = {
  rule: string;
  phase: RetentionPhase;
  cursor: string | null;
  events: number;
  visitors: number;
  startedAt: number;
  finishedAt: number | null;
};

/** `doneRule`: the rule its latest run applied; null if that run is not finished. */
export type RetentionProject = { projectId: string; settings: RetentionSettings; doneRule: string | null };

/** Undeleted projects that do not keep everything. */
export async function projectsWithRetention(db: Database): Promise<RetentionProject[]> {
  const { rows } = await db.query<{ projectId: string; days: number; byEvent: string[]; doneRule: string | null }>(sql`
    SELECT p.id AS "projectId", p.retention_days AS days, p.event_retention AS "byEvent",
           CASE WHEN r.phase = 'done' THEN r.rule END AS "doneRule"
      FROM projects p LEFT JOIN retention_runs r ON r.project_id = p.id
     WHERE (p.retention_days > 0 OR p.event_retention <> '{}') AND p.erase_at IS NULL`);
  return rows.map(({ projectId, doneRule, ...settings }) => ({ projectId, settings, doneRule }));
}

/** The latest run; null if there was none. Primary key. */
export async function latestRun(db: Database, projectId: string): Promise<RetentionRun | null> {
  const { rows } = await db.query<RetentionRun>(sql`
    SELECT rule, phase, cursor, events, visitors, started_at AS "startedAt", finished_at AS "finishedAt"
      FROM retention_runs
     WHERE project_id = ${projectId}`);
  return rows[0] ?? null;
}

export const latestRunOf = (scope: Scope): Promise<RetentionRun | null> => latestRun(pool(), scope.projectId);

/**
 * Locks the run for a step, so that only one process at a time works on it; null if another one does, or the project no
 * longer exists. Primary keys.
 */
export async function lockRun(tx: Tx, projectId: string, rule: string, now: number): Promise<RetentionRun | null> {
  await tx.query(sql`
    INSERT INTO retention_runs (project_id, rule, phase, started_at)
    SELECT id, ${rule}, 'names', ${timestamp(now)} FROM projects WHERE id = ${projectId} FOR KEY SHARE
    ON CONFLICT DO NOTHING`);
  const { rows } = await tx.query<RetentionRun>(sql`
    SELECT rule, phase, cursor, events, visitors, started_at AS "startedAt", finished_at AS "finishedAt"
      FROM retention_runs
     WHERE project_id = ${projectId} FOR UPDATE SKIP LOCKED`);
  const run = rows[0];
  if (!run) return null;
  if (run.rule === rule) return run;
  return { rule, phase: "names", cursor: null, events: 0, visitors: 0, startedAt: now, finishedAt: null };
}

export async function writeRun(tx: Tx, projectId: string, run: RetentionRun): Promise<void> {
  await tx.query(sql`
    UPDATE retention_runs
       SET (rule, phase, cursor, events, visitors, started_at, finished_at)
         = (${run.rule}, ${run.phase}, ${run.cursor}, ${run.events}, ${run.visitors}, ${timestamp(run.startedAt)},
            ${timestamp(run.finishedAt)}::timestamptz)
     WHERE project_id = ${projectId}`);
}
