import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { SESSION_IDLE_MS } from "@/lib/sessions/assign";

/**
 * The current session, at `now` (ms), of a stream without session ids of its own, by its public id; null between
 * sessions. One row from identities_ext_id_key, the newest from sessions_stream_idx, and that session's rows by key.
 */
export async function sessionOfStream(
  db: Database,
  projectId: string,
  stream: string,
  now: number,
): Promise<string | null> {
  const { rows } = await db.query<{ session_id: string }>(
    prepared(sql`
      SELECT w.session_id
        FROM identities i
       CROSS JOIN LATERAL (
         SELECT session_id FROM sessions WHERE project_id = ${projectId} AND stream_id = i.id
          ORDER BY started_at DESC LIMIT 1) newest
        JOIN sessions w ON w.project_id = ${projectId} AND w.session_id = newest.session_id
       WHERE i.project_id = ${projectId} AND i.kind = 'a' AND i.ext_id = ${stream}
         AND w.ended_at >= ${timestamp(now - SESSION_IDLE_MS)}::timestamptz
       LIMIT 1`),
  );
  return rows[0]?.session_id ?? null;
}
