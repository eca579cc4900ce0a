import type { Metadata } from "next";
import { NotesTab } from "@/components/notes/notes-tab";
import { type AccountParams, requireAccountPage } from "@/lib/auth/account-page";
import { memberNames } from "@/lib/auth/members.queries";
import { readerZone } from "@/lib/http/zone";
import { notesOfAccount } from "@/lib/notes/account-notes.queries";
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
    member ? membersOf(scope) : [],
    readerZone(),
  ]);
  const authors = await memberNames(
    scope,
    notes.map(({ authorId }) => authorId),
  );
  return (
    <NotesTab
      of="account"
      title={account.name ?? account.id}
      notes={notes}
      nameOf={({ accountId, id }) => ({ accountId, id })}
      authors={authors}
      members={members}
      viewer={{ id: member?.id ?? null, may }}
      clock={{ now: Date.now(), zone }}
      add={addAccountNoteAction.bind(null, project.id, account.id)}
      edit={editAccountNoteAction.bind(null, project.id)}
      remove={deleteAccountNoteAction.bind(null, project.id)}
    />
  );
}
