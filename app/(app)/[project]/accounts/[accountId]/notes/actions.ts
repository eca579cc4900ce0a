"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { requirePermission } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { changing, textArgumentSchema } from "@/lib/http/action";
import {
  addAccountNote,
  deleteAnyAccountNote,
  deleteOwnAccountNote,
  editAccountNote,
} from "@/lib/notes/account-notes.store";
import { membersOf } from "@/lib/organizations/members.queries";

/** A note's key within its project. */
const noteName = z.object({ accountId: textArgumentSchema, id: z.uuid() }, "This note no longer exists.");

/** Adds a note on an account: project, account, text. */
export const addAccountNoteAction = changing(
  z.tuple([textArgumentSchema, textArgumentSchema, z.string()]),
  async (projectId, id, body) => {
    const { scope, written } = await writing(projectId, body);
    const account = await accountSummary(scope, id);
    if (!account) throw new AppError("not_found", "This account has been erased.");
    await addAccountNote(scope, account.id, written);
    refresh();
  },
);

/** Edits the member's own note: project, note, text. */
export const editAccountNoteAction = changing(
  z.tuple([textArgumentSchema, noteName, z.string()]),
  async (projectId, note, body) => {
    const { scope, written } = await writing(projectId, body);
    await editAccountNote(scope, note, written);
    refresh();
  },
);

/** Deletes the member's own note; owners and admins may delete any: project, note. */
export const deleteAccountNoteAction = changing(z.tuple([textArgumentSchema, noteName]), async (projectId, note) => {
  const { scope, member, may } = await requirePermission(projectId, "edit", "note");
  if (may.manage) await deleteAnyAccountNote((await requirePermission(projectId, "manage", null)).scope, note);
  else await deleteOwnAccountNote(scope, note, member.id);
  refresh();
});

async function writing(projectId: string, body: string) {
  const { scope, member } = await requirePermission(projectId, "edit", "note");
  return { scope, written: { authorId: member.id, body, members: await membersOf(scope), now: Date.now() } };
}
