import type { Metadata } from "next";
import { NoteForm } from "@/components/notes/note-form";
import { NoteList } from "@/components/notes/note-list";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { memberNames } from "@/lib/auth/members.queries";
import { readerZone } from "@/lib/http/zone";
import { notesOfAccount } from "@/lib/notes/account-notes.queries";
import { pieces } from "@/lib/notes/rule";
import { membersOf } from "@/lib/organizations/members.queries";
import { addAccountNoteAction, deleteAccountNoteAction, editAccountNoteAction } from "./actions";

/** Maximum of notes shown. */
const MAX_NOTES = 200;

type Props = { params: Promise<AccountParams> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, accountId } = await params;
  const { account } = await requireAccountPage(project, accountId);
  return { title: `Notes on ${account.name ?? account.id}` };
}

export default async function AccountNotesPage({ params }: Props) {
  const { project: projectId, accountId } = await params;
  const { scope, project, account, member, may } = await requireAccountPage(projectId, accountId);
  const [notes, members, zone] = await Promise.all([
    notesOfAccount(scope, account.id, MAX_NOTES),
    membersOf(scope),
    readerZone(),
  ]);
  const authors = await memberNames(notes.map(({ authorId }) => authorId));
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-5 sm:px-6">
      {may.edit && (
        <NoteForm
          label={`Write a note about ${account.name ?? account.id}`}
          members={members.map(({ name }) => name)}
          submitLabel="Add note"
          action={addAccountNoteAction.bind(null, project.id, account.id)}
        />
      )}
      <NoteList
        of="account"
        notes={notes.map((note) => ({
          ...note,
          name: { accountId: note.accountId, id: note.id },
          author: authors.get(note.authorId) ?? "Former member",
          pieces: pieces(note.body, members),
          mayEdit: may.edit && note.authorId === member.id,
          mayDelete: may.manage || (may.edit && note.authorId === member.id),
        }))}
        members={members.map(({ name }) => name)}
        clock={{ now: Date.now(), zone }}
        edit={editAccountNoteAction.bind(null, project.id)}
        remove={deleteAccountNoteAction.bind(null, project.id)}
      />
    </div>
  );
}
