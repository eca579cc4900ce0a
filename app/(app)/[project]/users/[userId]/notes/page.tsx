import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NoteForm } from "@/components/notes/note-form";
import { NoteList } from "@/components/notes/note-list";
import { displayName, userHref } from "@/components/people/row";
import { memberNames } from "@/lib/auth/members.queries";
import { askedRef, requirePersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { notesOf } from "@/lib/notes/notes.queries";
import { pieces } from "@/lib/notes/rule";
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
  if ((await askedRef(userId)) !== person.ref) redirect(`${userHref(project.id, person.ref)}/notes`);
  const [notes, members, zone] = await Promise.all([
    notesOf(scope, person.ref, MAX_NOTES),
    membersOf(scope),
    readerZone(),
  ]);
  const authors = await memberNames(notes.map(({ authorId }) => authorId));
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-5 sm:px-6">
      {may.edit && (
        <NoteForm
          label={`Write a note about ${displayName(person)}`}
          members={members.map(({ name }) => name)}
          submitLabel="Add note"
          action={addNoteAction.bind(null, project.id, person.ref)}
        />
      )}
      <NoteList
        of="person"
        notes={notes.map((note) => ({
          ...note,
          name: { actorId: note.actorId, id: note.id },
          author: authors.get(note.authorId) ?? "Former member",
          pieces: pieces(note.body, members),
          mayEdit: may.edit && note.authorId === member.id,
          mayDelete: may.manage || (may.edit && note.authorId === member.id),
        }))}
        members={members.map(({ name }) => name)}
        clock={{ now: Date.now(), zone }}
        edit={editNoteAction.bind(null, project.id)}
        remove={deleteNoteAction.bind(null, project.id)}
      />
    </div>
  );
}
