"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { requirePermission } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { changeAction, textSchema } from "@/lib/http/action";
import {
  addAccountNote,
  deleteAnyAccountNote,
  deleteOwnAccountNote,
  editAccountNote,
} from "@/lib/notes/account-notes.store";
import { membersOf } from "@/lib/organizations/members.queries";

/** A note's key within its project. */
const noteName = z.object({ accountId: textSchema, id: z.uuid() }, "This note no longer exists.");

/** Adds a note on an account: project, account, text. */
export const addAccountNoteAction = changeAction(
  z.tuple([textSchema, textSchema, z.string()]),
  async (projectId, id, body) => {
    const { scope, written } = await writing(projectId, body);
    const account = await accountSummary(scope, id);
    if (!account) throw new AppError("not_found", "This account has been erased.");
    await addAccountNote(scope, account.id, written);
    refresh();
  },
);

/** Edits the member's own note: project, note, text. */
export const editAccountNoteAction = changeAction(
  z.tuple([textSchema, noteName, z.string()]),
  async (projectId, note, body) => {
    const { scope, written } = await writing(projectId, body);
    await editAccountNote(scope, note, written);
    refresh();
  },
);

/** Deletes the member's own note; owners and admins may delete any: project, note. */
export const deleteAccountNoteAction = changeAction(z.tuple([textSchema, noteName]), async (projectId, note) => {
  const { scope, member, may } = await requirePermission(projectId, "edit", "note");
  if (may.manage) await deleteAnyAccountNote((await requirePermission(projectId, "manage", null)).scope, note);
  else await deleteOwnAccountNote(scope, note, member.id);
  refresh();
});

async function writing(projectId: string, body: string) {
  const { scope, member } = await requirePermission(projectId, "edit", "note");
  return { scope, written: { authorId: member.id, body, members: await membersOf(scope), now: Date.now() } };
}
