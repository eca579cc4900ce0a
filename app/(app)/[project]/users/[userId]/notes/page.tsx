import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NotesTab } from "@/components/notes/notes-tab";
import { displayName, userHref } from "@/components/people/row";
import { memberNames } from "@/lib/auth/members.queries";
import { requestedRef, requirePersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { notesOf } from "@/lib/notes/notes.queries";
import { membersOf } from "@/lib/organizations/members.queries";
import { addNoteAction, deleteNoteAction, editNoteAction } from "./actions";

/** Maximum of notes shown. */
const MAX_NOTES = 200;

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Notes on ${displayName((await requirePersonPage(project, userId)).person)}` };
}

export default async function NotesPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person, member, may } = await requirePersonPage(projectId, userId);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${userHref(project.id, person.ref)}/notes`);
  const [notes, members, zone] = await Promise.all([
    notesOf(scope, person.ref, MAX_NOTES),
    member ? membersOf(scope) : [],
    readerZone(),
  ]);
  const authors = await memberNames(
    scope,
    notes.map(({ authorId }) => authorId),
  );
  return (
    <NotesTab
      of="person"
      title={displayName(person)}
      notes={notes}
      nameOf={({ actorId, id }) => ({ actorId, id })}
      authors={authors}
      members={members}
      viewer={{ id: member?.id ?? null, may }}
      clock={{ now: Date.now(), zone }}
      add={addNoteAction.bind(null, project.id, person.ref)}
      edit={editNoteAction.bind(null, project.id)}
      remove={deleteNoteAction.bind(null, project.id)}
    />
  );
}
