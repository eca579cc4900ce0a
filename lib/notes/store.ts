import type pg from "pg";
import sql from "sql-template-tag";
import { pool, type Tx } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { type Person, requirePerson } from "@/lib/identity/person.queries";
import { newId } from "@/lib/ids";
import type { Scope } from "@/lib/scope";
import { type Mentionable, mentionsIn, NOTE_MAX_LENGTH } from "./rule";

export type Written = { authorId: string; body: string; members: readonly Mentionable[]; now: number };

/** Writes a note about the person; its id. Throws not_found, and unprocessable for an empty or endless text. */
export async function addNote(scope: Scope, ref: string, { authorId, body, members, now }: Written): Promise<string> {
  const text = readBody(body);
  const { actorId, aboutMs } = await anchorOf(scope, await requirePerson(scope, ref), now);
  const id = newId();
  await pool().query(sql`
    INSERT INTO notes (project_id, actor_id, id, about_ts, author_id, body, mentions, created_at)
    VALUES (${scope.projectId}, ${actorId}, ${id}, ${timestamp(aboutMs)}, ${authorId}, ${text},
            ${mentionsIn(text, members)}::uuid[], ${timestamp(now)})`);
  return id;
}

/** Changes a note of one's own. Throws not_found for any other. notes_pkey by (project, actor, id). */
export async function editNote(scope: Scope, note: { actorId: number; id: string }, written: Written): Promise<void> {
  const text = readBody(written.body);
  const { rowCount } = await pool().query(sql`
    UPDATE notes SET body = ${text}, mentions = ${mentionsIn(text, written.members)}::uuid[], edited_at = ${timestamp(written.now)}
     WHERE project_id = ${scope.projectId} AND actor_id = ${note.actorId} AND id = ${note.id} AND author_id = ${written.authorId}`);
  if (rowCount === 0) throw new AppError("not_found", "This note is gone, or it is somebody else's.");
}

/** Deletes a note of one's own, or with `authorId` null anybody's. Nothing happens if it is gone. */
export async function deleteNote(
  scope: Scope,
  note: { actorId: number; id: string },
  authorId: string | null,
): Promise<void> {
  await pool().query(sql`
    DELETE FROM notes WHERE project_id = ${scope.projectId} AND actor_id = ${note.actorId} AND id = ${note.id}
       AND (${authorId}::uuid IS NULL OR author_id = ${authorId}::uuid)`);
}

/** Deletes what was written about these stretches [from, to) ms, for an erasure. notes_pkey, once a stretch. */
export async function eraseNotes(
  tx: Tx | pg.Pool,
  projectId: string,
  lanes: readonly { actorId: number; from: number; to: number }[],
): Promise<void> {
  const input = lanes.map(({ actorId, from, to }) => ({ a: actorId, f: timestamp(from), t: timestamp(to) }));
  await tx.query(sql`
    DELETE FROM notes n USING json_to_recordset(${JSON.stringify(input)}::json) AS l(a bigint, f timestamptz, t timestamptz)
     WHERE n.project_id = ${projectId} AND n.actor_id = l.a AND n.about_ts >= l.f AND n.about_ts < l.t`);
}

function readBody(body: string): string {
  const text = body.replaceAll("\0", "").trim();
  if (text === "") throw new AppError("unprocessable", "Write something first.", { field: "body" });
  if (text.length > NOTE_MAX_LENGTH)
    throw new AppError("unprocessable", `A note has at most ${NOTE_MAX_LENGTH} characters.`, { field: "body" });
  return text;
}

/**
 * Where a note hangs: on a person's oldest user id, now; on a visitor's stream at the last moment it was the visitor's, so that
 * it comes along when that stretch turns out to be somebody's. identities_profile_id_idx, or spans_pkey.
 */
async function anchorOf(scope: Scope, person: Person, now: number): Promise<{ actorId: number; aboutMs: number }> {
  if (person.kind === "visitor") {
    const { rows } = await pool().query<{ at: number | null }>(sql`
      SELECT max(last_seen) AS at FROM spans
       WHERE project_id = ${scope.projectId} AND stream_id = ${person.streamId} AND owner_id IS NULL`);
    return { actorId: person.streamId, aboutMs: rows[0]?.at ?? now };
  }
  const { rows } = await pool().query<{ id: number }>(sql`
    SELECT min(id) AS id FROM identities WHERE project_id = ${scope.projectId} AND profile_id = ${person.profileId}`);
  return { actorId: rows[0]?.id as number, aboutMs: now };
}
