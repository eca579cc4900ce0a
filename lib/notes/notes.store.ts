import type { Prisma } from "@/lib/db/generated/client";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { storable } from "@/lib/format/storable";
import { requirePerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { newId } from "@/lib/ids";
import type { Scope } from "@/lib/scope";
import { type Mentionable, mentionsIn, NOTE_MAX_LENGTH } from "./mentions";

export type NoteInput = { authorId: string; body: string; members: readonly Mentionable[]; now: number };

/**
 * Adds a note about a person and returns its id. Throws unprocessable for an empty or overlong text, and not_found for
 * somebody who does not exist or is being erased: the lock waits for the erasure, which would otherwise miss the note.
 */
export async function addNote(
  scope: Scope<"edit">,
  ref: string,
  { authorId, body, members, now }: NoteInput,
): Promise<string> {
  const text = validNoteBody(body);
  const person = await requirePerson(scope, ref);
  const id = newId();
  await prisma().$transaction(async (tx) => {
    const { actorId, aboutMs } = await anchorOf(tx, scope, person, now);
    await tx.note.create({
      data: {
        projectId: scope.projectId,
        actorId,
        id,
        aboutTs: new Date(aboutMs),
        authorId,
        body: text,
        mentions: mentionsIn(text, members),
        createdAt: new Date(now),
      },
    });
  });
  return id;
}

type NoteKey = { actorId: number; id: string };

/** Changes one of the author's own notes. Throws not_found for any other. Primary key. */
export async function editNote(
  { projectId }: Scope<"edit">,
  { actorId, id }: NoteKey,
  written: NoteInput,
): Promise<void> {
  const text = validNoteBody(written.body);
  const { count } = await prisma().note.updateMany({
    where: { projectId, actorId, id, authorId: written.authorId },
    data: { body: text, mentions: mentionsIn(text, written.members), editedAt: new Date(written.now) },
  });
  if (count === 0) throw new AppError("not_found", "This note no longer exists, or it is somebody else's.");
}

/** Deletes one of the author's own notes. Does nothing if it no longer exists. */
export async function deleteOwnNote(scope: Scope<"edit">, { actorId, id }: NoteKey, authorId: string): Promise<void> {
  await prisma().note.deleteMany({ where: { projectId: scope.projectId, actorId, id, authorId } });
}

/** Deletes anybody's note. Does nothing if it no longer exists. */
export async function deleteAnyNote(scope: Scope<"manage">, { actorId, id }: NoteKey): Promise<void> {
  await prisma().note.deleteMany({ where: { projectId: scope.projectId, actorId, id } });
}

/** A note's text as stored. Throws unprocessable for an empty or overlong one. */
export function validNoteBody(body: string): string {
  const text = storable(body).trim();
  if (text === "") throw new AppError("unprocessable", "Write something first.", { field: "body" });
  if (text.length > NOTE_MAX_LENGTH)
    throw new AppError("unprocessable", `A note has at most ${NOTE_MAX_LENGTH} characters.`, { field: "body" });
  return text;
}

/**
 * Finds and locks the identity to which a note is attached: a person's oldest user id, as of now; or a visitor's
 * stream, as of the last moment when it was the visitor's, so that the note moves with that span if somebody claims it.
 * Uses identities_profile_id_idx or spans_pkey.
 */
async function anchorOf(
  tx: Prisma.TransactionClient,
  { projectId }: Scope,
  person: Person,
  now: number,
): Promise<{ actorId: number; aboutMs: number }> {
  if (person.kind === "visitor") {
    await lockIdentity(tx, projectId, person.streamId);
    const { _max } = await tx.span.aggregate({
      where: { projectId, streamId: person.streamId, ownerId: null },
      _max: { lastSeen: true },
    });
    return { actorId: person.streamId, aboutMs: _max.lastSeen?.getTime() ?? now };
  }
  const { _min } = await tx.identity.aggregate({
    where: { projectId, profileId: person.profileId },
    _min: { id: true },
  });
  const actorId = Number(_min.id);
  await lockIdentity(tx, projectId, actorId);
  return { actorId, aboutMs: now };
}

/** Locks an identity, as erasures lock those that they delete. Throws not_found if it was erased. */
async function lockIdentity(tx: Prisma.TransactionClient, projectId: string, id: number): Promise<void> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT id FROM identities WHERE project_id = ${projectId}::uuid AND id = ${id} FOR SHARE`;
  if (found.length === 0) throw new AppError("not_found", "This person no longer exists.", { field: "ref" });
}
