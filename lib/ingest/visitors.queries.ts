import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { SESSION_IDLE_MS } from "@/lib/sessions/assign";

/**
 * The visit that a stream without session ids of its own is in at `now` (ms), by the id people know; null between
 * visits. One row off identities_ext_id_key, then the newest off sessions_stream_ended_idx.
 */
export async function sessionOfStream(
  db: Database,
  projectId: string,
  stream: string,
  now: number,
): Promise<string | null> {
  const { rows } = await db.query(
    prepared(sql`
      SELECT s.session_id FROM identities i JOIN sessions s ON s.project_id = i.project_id AND s.stream_id = i.id
       WHERE i.project_id = ${projectId} AND i.kind = 'a' AND i.ext_id = ${stream}
         AND s.project_id = ${projectId} AND s.assigned AND s.ended_at >= ${timestamp(now - SESSION_IDLE_MS)}::timestamptz
       ORDER BY s.ended_at DESC LIMIT 1`),
  );
  return rows[0]?.session_id ?? null;
}
