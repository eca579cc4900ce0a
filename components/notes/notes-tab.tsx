import type { ComponentProps } from "react";
import { NoteForm } from "@/components/notes/note-form";
import { NoteList, type ShownNote } from "@/components/notes/note-list";
import { type Mentionable, notePieces } from "@/lib/notes/mentions";

type Written = Omit<ShownNote<unknown>, "name" | "author" | "pieces" | "mayEdit" | "mayDelete"> & { authorId: string };

type NotesTabProps<Note extends Written, Name> = Pick<
  ComponentProps<typeof NoteList<Name>>,
  "of" | "clock" | "edit" | "remove"
> & {
  /** Name of the person or account. */
  title: string;
  notes: Note[];
  nameOf: (note: Note) => Name;
  /** Names by id, also of former members. */
  authors: ReadonlyMap<string, string>;
  /** Members who can be mentioned. */
  members: Mentionable[];
  /** `id`: null for a guest. */
  viewer: { id: string | null; may: { edit: boolean; manage: boolean } };
  add: ComponentProps<typeof NoteForm>["action"];
};

/** The notes on a person or an account, newest first, below a form for whoever may write. */
export function NotesTab<Note extends Written, Name>(props: NotesTabProps<Note, Name>) {
  const { title, notes, nameOf, authors, members, viewer, add, ...list } = props;
  const names = members.map(({ name }) => name);
  return (
    <div className="grid max-w-2xl gap-6 px-4 py-5 sm:px-6">
      {viewer.may.edit && (
        <NoteForm label={`Write a note about ${title}`} members={names} submitLabel="Add note" action={add} />
      )}
      <NoteList
        {...list}
        members={names}
        notes={notes.map((note) => {
          const isOwn = viewer.may.edit && note.authorId === viewer.id;
          return {
            ...note,
            name: nameOf(note),
            author: authors.get(note.authorId) ?? "Former member",
            pieces: notePieces(note.body, members),
            mayEdit: isOwn,
            mayDelete: viewer.may.manage || isOwn,
          };
        })}
      />
    </div>
  );
}
