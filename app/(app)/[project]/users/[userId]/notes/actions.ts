"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { changeAction, textSchema } from "@/lib/http/action";
import { addNote, deleteAnyNote, deleteOwnNote, editNote } from "@/lib/notes/notes.store";
import { membersOf } from "@/lib/organizations/members.queries";

/** A note's key within its project. */
const noteName = z.object({ actorId: z.int(), id: z.uuid() }, "This note no longer exists.");
export type NoteName = z.infer<typeof noteName>;

/** Adds a note about a person: project, ref, text. */
export const addNoteAction = changeAction(
  z.tuple([textSchema, textSchema, z.string()]),
  async (projectId, ref, body) => {
    const { scope, written } = await writing(projectId, body);
    await addNote(scope, ref, written);
    refresh();
  },
);

/** Edits the member's own note: project, note, text. */
export const editNoteAction = changeAction(
  z.tuple([textSchema, noteName, z.string()]),
  async (projectId, note, body) => {
    const { scope, written } = await writing(projectId, body);
    await editNote(scope, note, written);
    refresh();
  },
);

/** Deletes the member's own note; owners and admins may delete any: project, note. */
export const deleteNoteAction = changeAction(z.tuple([textSchema, noteName]), async (projectId, note) => {
  const { scope, member, may } = await requirePermission(projectId, "edit", "note");
  if (may.manage) await deleteAnyNote((await requirePermission(projectId, "manage", null)).scope, note);
  else await deleteOwnNote(scope, note, member.id);
  refresh();
});

async function writing(projectId: string, body: string) {
  const { scope, member } = await requirePermission(projectId, "edit", "note");
  return { scope, written: { authorId: member.id, body, members: await membersOf(scope), now: Date.now() } };
}
