import sql from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { lanesOf } from "@/lib/identity/lanes.queries";
import { type PersonOrRef, requirePerson } from "@/lib/identity/person.queries";
import { joinOwner, joinPersonOfNumber, PERSON_COLUMNS, type RecentPerson } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import type { NoteText } from "./mentions";

/** A note about a person, identified by `actorId` and `id`. */
export type Note = NoteText & { actorId: number };

/** Notes about a person, newest first, at most `limit`. One range of notes_pkey per lane. */
export async function notesOf(scope: Scope, ref: string, limit: number): Promise<Note[]> {
  const person = await requirePerson(scope, ref);
  const { rows } = await reading(scope).query<Note>(sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT n.actor_id AS "actorId", n.id, n.author_id AS "authorId", n.body, n.created_at AS "createdAt",
           n.edited_at AS "editedAt"
      FROM lanes l JOIN notes n ON n.project_id = ${scope.projectId} AND n.actor_id = l.actor_id
       AND n.about_ts >= l.from_ts AND n.about_ts < l.to_ts
     ORDER BY n.created_at DESC, n.id DESC LIMIT ${limit}`);
  return rows;
}

/** How many notes about a person there are; costs what notesOf does. */
export async function countNotes(scope: Scope, who: PersonOrRef): Promise<number> {
  const person = await requirePerson(scope, who);
  const { rows } = await reading(scope).query<{ count: number }>(sql`
    WITH lanes AS (${lanesOf(scope, person)})
    SELECT count(*) AS count FROM lanes l JOIN notes n ON n.project_id = ${scope.projectId} AND n.actor_id = l.actor_id
       AND n.about_ts >= l.from_ts AND n.about_ts < l.to_ts`);
  return rows[0]?.count ?? 0;
}

export type Mention = { id: string; authorId: string; body: string; createdAt: number; person: RecentPerson };

/**
 * Notes about people that mention the member, from `since` (ms) on, newest first. Uses notes_mentions_idx.
 */
export async function mentionsOf(scope: Scope, memberId: string, since: number, limit: number): Promise<Mention[]> {
  type Row = Omit<Mention, "person"> & { ref: RecentPerson["ref"]; personName: string | null };
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT n.id, n.author_id AS "authorId", n.body, n.created_at AS "createdAt", ${PERSON_COLUMNS}
      FROM notes n ${joinOwner(scope, sql`n.actor_id`, sql`n.about_ts`)} ${joinPersonOfNumber(scope, sql`owner.person`)}
     WHERE n.project_id = ${scope.projectId} AND n.mentions @> ARRAY[${memberId}::uuid] AND n.mentions <> '{}'
       AND n.created_at >= ${timestamp(since)}
     ORDER BY n.created_at DESC LIMIT ${limit}`);
  return rows.map(({ ref, personName, ...mention }) => ({ ...mention, person: { ref, name: personName } }));
}
