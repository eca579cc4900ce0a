import sql from "sql-template-tag";
import { pool, transaction } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { withoutStandIns } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";
import { mentionsIn } from "./mentions";
import { type NoteInput, validNoteBody } from "./notes.store";

/**
 * Adds a note on an account and returns its id. Throws unprocessable for an empty or overlong text, and not_found for
 * an account that does not exist or is being erased: the lock waits for the erasure, which would otherwise miss the
 * note.
 */
export async function addAccountNote(
  scope: Scope<"edit">,
  shownId: string,
  { authorId, body, members, now }: NoteInput,
): Promise<string> {
  const { projectId } = scope;
  const accountId = withoutStandIns(scope, shownId);
  const text = validNoteBody(body);
  const id = newId();
  const createdAt = new Date(now);
  const mentions = mentionsIn(text, members);
  await transaction(pool(), async (tx) => {
    await tx.query(sql`SELECT FROM accounts WHERE project_id = ${projectId} AND id = ${accountId} FOR SHARE`);
    const { rowCount } = await tx.query(sql`
      INSERT INTO account_notes (project_id, account_id, id, author_id, body, mentions, created_at)
      SELECT ${projectId}::uuid, a.id, ${id}::uuid, ${authorId}::uuid, ${text}, ${mentions}::uuid[], ${createdAt}
        FROM accounts a
        JOIN account_facts f ON f.project_id = a.project_id AND f.account_id = coalesce(a.merged_into, a.id)
       WHERE a.project_id = ${projectId} AND a.id = ${accountId}`);
    if (!rowCount) throw new AppError("not_found", "This account no longer exists.");
  });
  return id;
}

type AccountNoteKey = { accountId: string; id: string };

const keyOf = (scope: Scope, { accountId, id }: AccountNoteKey) => ({
  projectId: scope.projectId,
  accountId: withoutStandIns(scope, accountId),
  id,
});

/** Changes one of the author's own notes. Throws not_found for any other. Primary key. */
export async function editAccountNote(
  scope: Scope<"edit">,
  note: AccountNoteKey,
  { authorId, body, members, now }: NoteInput,
): Promise<void> {
  const text = validNoteBody(body);
  const { count } = await prisma().accountNote.updateMany({
    where: { ...keyOf(scope, note), authorId },
    data: { body: text, mentions: mentionsIn(text, members), editedAt: new Date(now) },
  });
  if (count === 0) throw new AppError("not_found", "This note no longer exists, or it is somebody else's.");
}

/** Deletes one of the author's own notes. Does nothing if it no longer exists. */
export async function deleteOwnAccountNote(
  scope: Scope<"edit">,
  note: AccountNoteKey,
  authorId: string,
): Promise<void> {
  await prisma().accountNote.deleteMany({ where: { ...keyOf(scope, note), authorId } });
}

/** Deletes anybody's note. Does nothing if it no longer exists. */
export async function deleteAnyAccountNote(scope: Scope<"manage">, note: AccountNoteKey): Promise<void> {
  await prisma().accountNote.deleteMany({ where: keyOf(scope, note) });
}
