import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";

/**
 * An item that a job could not store. `subject`: a person's number, a person and column, or the id of a segment, an
 * erasure or an account.
 */
export type SetAsideJob =
  | "facts"
  | "columns"
  | "segments"
  | "erasures"
  | "accounts"
  | "states"
  | "account-states"
  | "sign-ups"
  | "risk"
  | "account-risk";

/** The jobs whose subjects are ids of accounts. */
export const ACCOUNT_JOBS: readonly SetAsideJob[] = ["accounts", "account-states", "account-risk"];

/**
 * The first pause before an item that was set aside is retried, in ms; each further one is twice as long, up to a day.
 */
const FIRST_PAUSE_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 24 * 60 * 60_000;

/**
 * Records that a job could not store an item; `reason` says why, without any values. Each failure doubles the pause
 * before the next attempt. The pause is computed from the row that was read, as Citus allows no parameters in DO
 * UPDATE; two failures at the same time count as one. Primary key.
 */
export async function setAside(
  db: Database,
  projectId: string,
  job: SetAsideJob,
  subject: string,
  reason: string,
  now: number,
): Promise<void> {
  await db.query(sql`
    INSERT INTO set_aside (project_id, job, subject, reason, tries, since, again_at)
    SELECT p.id, ${job}::text, ${subject}::text, ${reason}::text, coalesce(s.tries, 0) + 1,
           ${timestamp(now)}::timestamptz,
           to_timestamp((${now}::float8 + least(${FIRST_PAUSE_MS}::float8 * 2 ^ least(coalesce(s.tries, 0), 20),
                                                ${LONGEST_PAUSE_MS}::float8)) / 1000)
      FROM projects p
      LEFT JOIN set_aside s ON s.project_id = ${projectId} AND s.job = ${job}::text AND s.subject = ${subject}::text
     WHERE p.id = ${projectId}
    ON CONFLICT (project_id, job, subject) DO UPDATE
      SET reason = excluded.reason, tries = excluded.tries, again_at = excluded.again_at`);
}

/** When those of the subjects that are set aside may be retried, in ms since 1970. Primary key of a small table. */
export async function setAsideAmong(
  db: Database,
  projectId: string,
  job: SetAsideJob,
  subjects: readonly string[],
): Promise<Map<string, number>> {
  if (subjects.length === 0) return new Map();
  const { rows } = await db.query<{ subject: string; again_at: number }>(sql`
    SELECT subject, again_at FROM set_aside
     WHERE project_id = ${projectId} AND job = ${job} AND subject = ANY(${subjects}::text[])`);
  return new Map(rows.map((row) => [row.subject, row.again_at]));
}

/**
 * The subjects that are due for a retry, for jobs that would not reach them again. O(items set aside in the project).
 */
export async function dueAside(
  db: Database,
  projectId: string,
  job: SetAsideJob,
  now: number,
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ subject: string }>(sql`
    SELECT subject FROM set_aside
     WHERE project_id = ${projectId} AND job = ${job} AND again_at <= ${timestamp(now)}::timestamptz
     ORDER BY again_at, subject
     LIMIT ${limit}`);
  return rows.map(({ subject }) => subject);
}

/** Clears subjects that could be stored after all, or no longer exist. Primary key. */
export async function clearAside(
  db: Database,
  projectId: string,
  job: SetAsideJob,
  subjects: readonly string[],
): Promise<void> {
  if (subjects.length === 0) return;
  await db.query(sql`
    DELETE FROM set_aside WHERE project_id = ${projectId} AND job = ${job} AND subject = ANY(${subjects}::text[])`);
}

/** The jobs whose subjects are, or begin with, a person's number. */
const PEOPLE_JOBS: readonly SetAsideJob[] = ["facts", "columns", "states", "sign-ups", "risk"];

/** Deletes the items set aside that name erased people. O(items set aside in the project). */
export async function erasePeopleAside(db: Database, projectId: string, people: readonly number[]): Promise<void> {
  await db.query(sql`
    DELETE FROM set_aside
     WHERE project_id = ${projectId} AND job = ANY(${PEOPLE_JOBS}::text[])
       AND split_part(subject, ' ', 1) = ANY(${people.map(String)}::text[])`);
}

/** Deletes the items set aside that name erased accounts. Primary key. */
export async function eraseAccountsAside(db: Database, projectId: string, ids: readonly string[]): Promise<void> {
  for (const job of ACCOUNT_JOBS) await clearAside(db, projectId, job, ids);
}

/** Clears the items set aside for a column that is rebuilt or dropped. O(items set aside for the project's columns). */
export async function clearColumnAside(db: Database, projectId: string, key: string): Promise<void> {
  await db.query(sql`
    DELETE FROM set_aside
     WHERE project_id = ${projectId} AND job = 'columns' AND substr(subject, strpos(subject, ' ') + 1) = ${key}`);
}
