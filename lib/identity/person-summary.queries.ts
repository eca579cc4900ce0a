import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { lanesIn } from "./lanes.queries";
import { anonymousRefSql, userRefSql } from "./person-ref.queries";

/** A person's figures, as the preview of a merge, a split or a detachment compares them. */
export type PersonSummary = {
  /** "u:<user id>" or, for an anonymous visitor, "a:<anonymous id>". */
  ref: string;
  /** From their properties; null if none of them has a name. */
  name: string | null;
  email: string | null;
  /** Every user id of the person, oldest first; none for a visitor. */
  userIds: string[];
  events: number;
  sessions: number;
};

/**
 * The people the user ids belong to, everyone who owns a span of the streams, and the streams' anonymous visitors if
 * they have events; most events first. O(lanes + sessions of those people): identities_profile_id_idx,
 * spans_owner_id_idx, spans_pkey, sessions_actor_started_idx.
 */
export async function personSummaries(
  db: Database,
  projectId: string,
  ids: { userIds: readonly number[]; streamIds: readonly number[] },
): Promise<PersonSummary[]> {
  const { rows } = await db.query<PersonSummary>(sql`
    WITH people AS (
      SELECT DISTINCT i.profile_id AS person
        FROM identities i
       WHERE i.project_id = ${projectId} AND i.profile_id IS NOT NULL
         AND (i.id = ANY(${ids.userIds}::bigint[])
              OR i.id IN (
                   SELECT s.owner_id
                     FROM spans s
                    WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${ids.streamIds}::bigint[])))),
    everybody AS (
      SELECT person FROM people
      UNION ALL
      SELECT -stream_id FROM unnest(${ids.streamIds}::bigint[]) q(stream_id)),
    lanes AS (${lanesIn({ projectId }, sql`everybody`)}),
    visits AS (
      SELECT l.person, count(DISTINCT x.session_id) AS sessions
        FROM lanes l
        JOIN sessions x ON x.project_id = ${projectId} AND x.actor_id = l.actor_id
         AND x.started_at >= l.from_ts AND x.started_at < l.to_ts
       GROUP BY l.person),
    found AS (
      SELECT ${userRefSql(sql`r.display_id`)} AS ref, r.name, r.email, t.event_count AS events, p.person,
             ARRAY(SELECT i.ext_id FROM identities i WHERE i.project_id = ${projectId} AND i.profile_id = p.person
                    ORDER BY i.created_at NULLS LAST, i.ext_id) AS user_ids
        FROM people p
        JOIN profiles r ON r.project_id = ${projectId} AND r.id = p.person
        JOIN profile_stats t ON t.project_id = ${projectId} AND t.profile_id = p.person
      UNION ALL
      SELECT ${anonymousRefSql(sql`i.ext_id`)}, NULL, NULL, sum(s.event_count)::bigint, -s.stream_id, '{}'
        FROM spans s JOIN identities i ON i.project_id = ${projectId} AND i.id = s.stream_id
       WHERE s.project_id = ${projectId} AND s.stream_id = ANY(${ids.streamIds}::bigint[]) AND s.owner_id IS NULL
         AND s.event_count > 0
       GROUP BY i.ext_id, s.stream_id)
    SELECT f.ref, f.name, f.email, f.user_ids AS "userIds", f.events, coalesce(v.sessions, 0) AS sessions
      FROM found f
      LEFT JOIN visits v ON v.person = f.person
     ORDER BY f.events DESC, f.ref`);
  return rows;
}
