"use server";

import { refresh } from "next/cache";
import { requireMember } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { isUuid } from "@/lib/ids";
import { addNote, deleteNote, editNote } from "@/lib/notes/notes.store";
import { membersOf } from "@/lib/organizations/members.queries";

export type NoteName = { actorId: number; id: string };

/** What is wrong, in words, or null. */
async function told(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  refresh();
  return null;
}

export async function addNoteAction(projectId: string, ref: string, body: string): Promise<string | null> {
  const { scope, member } = await requireMember(String(projectId));
  const members = await membersOf(scope);
  const written = { authorId: member.id, body: String(body), members, now: Date.now() };
  return told(() => addNote(scope, String(ref), written));
}

export async function editNoteAction(projectId: string, note: NoteName, body: string): Promise<string | null> {
  const { scope, member } = await requireMember(String(projectId));
  const members = await membersOf(scope);
  const written = { authorId: member.id, body: String(body), members, now: Date.now() };
  return told(() => editNote(scope, named(note), written));
}

/** One's own; owners and admins may delete anybody's. */
export async function deleteNoteAction(projectId: string, note: NoteName): Promise<string | null> {
  const { scope, member, role } = await requireMember(String(projectId));
  return told(() => deleteNote(scope, named(note), role === "member" ? member.id : null));
}

function named({ actorId, id }: NoteName): NoteName {
  if (!Number.isSafeInteger(actorId) || !isUuid(id)) throw new AppError("not_found", "There is no such note.");
  return { actorId, id };
}
