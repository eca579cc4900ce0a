import sql from "sql-template-tag";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { ACCOUNT_JOBS, type SetAsideJob } from "./set-aside.store";

/**
 * An item that a job could not store. `ref`: the person it is about; `name`: the segment's name or the account's id.
 * Times are in ms since 1970.
 */
export type SetAsideItem = {
  job: SetAsideJob;
  subject: string;
  reason: string;
  tries: number;
  since: number;
  againAt: number;
  ref: string | null;
  name: string | null;
};

const MAX_SHOWN = 50;

/** The items set aside in the project, newest first, 50 at most, and how many there are. O(items), usually none. */
export async function listSetAside(scope: Scope): Promise<{ rows: SetAsideItem[]; total: number }> {
  const { rows } = await reading(scope).query<SetAsideItem & { total: number }>(sql`
    WITH shown AS (
      SELECT *, count(*) OVER ()::int AS total,
             CASE WHEN job IN ('facts', 'columns', 'states', 'sign-ups', 'risk')
               THEN split_part(subject, ' ', 1)::bigint END AS person
        FROM set_aside WHERE project_id = ${scope.projectId} ORDER BY since DESC, job, subject LIMIT ${MAX_SHOWN})
    SELECT s.job, s.subject, s.reason, s.tries, s.since, s.again_at AS "againAt", s.total,
           CASE WHEN s.person > 0 THEN (SELECT 'u:' || i.ext_id FROM identities i
                                         WHERE i.project_id = ${scope.projectId} AND i.profile_id = s.person
                                         ORDER BY i.id
                                         LIMIT 1)
                WHEN s.person < 0 THEN (SELECT 'a:' || i.ext_id FROM identities i
                                         WHERE i.project_id = ${scope.projectId} AND i.id = -s.person
                                           AND i.kind = 'a') END AS ref,
           CASE WHEN s.job = ANY(${ACCOUNT_JOBS}::text[]) THEN s.subject
                ELSE (SELECT g.name
                        FROM segments g
                       WHERE g.project_id = ${scope.projectId} AND s.job = 'segments' AND g.id::text = s.subject)
                 END AS name
      FROM shown s ORDER BY s.since DESC, s.job, s.subject`);
  return { rows: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}
