"use client";

import { useState, useTransition } from "react";
import { NoteBody } from "@/components/notes/note-body";
import { NoteForm } from "@/components/notes/note-form";
import { Ago, type Clock } from "@/components/time";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { notify } from "@/components/ui/notify";
import type { NotePiece } from "@/lib/notes/mentions";

/** `name`: its key in server actions. */
export type ShownNote<Name> = {
  id: string;
  name: Name;
  author: string;
  body: string;
  pieces: NotePiece[];
  createdAt: number;
  editedAt: number | null;
  mayEdit: boolean;
  mayDelete: boolean;
};

type NoteListProps<Name> = {
  notes: ShownNote<Name>[];
  /** The subject of the notes: "person". */
  of: "person" | "account";
  members: string[];
  clock: Clock;
  edit: (note: Name, body: string) => Promise<string | null>;
  remove: (note: Name) => Promise<string | null>;
};

export function NoteList<Name>({ notes, of, ...props }: NoteListProps<Name>) {
  if (notes.length === 0) {
    return (
      <p className="text-muted-foreground text-sm">
        No notes yet. Everyone in this project can see notes, and erasing the {of} deletes them.
      </p>
    );
  }
  return (
    <ol aria-label="Notes, newest first" className="grid gap-5">
      {notes.map((note) => (
        <NoteItem key={note.id} note={note} {...props} />
      ))}
    </ol>
  );
}

function NoteItem<Name>({
  note,
  members,
  clock,
  edit,
  remove,
}: Omit<NoteListProps<Name>, "notes" | "of"> & { note: ShownNote<Name> }) {
  const [editing, setEditing] = useState(false);
  const [busy, startTransition] = useTransition();
  const { name } = note;
  const erase = () =>
    startTransition(async () => {
      const fault = await remove(name).catch(() => "Could not delete. Try again.");
      if (fault !== null) notify("error", fault);
    });
  return (
    <li className={`flex gap-3 ${busy ? "opacity-50" : ""}`}>
      <Avatar name={note.author} className="mt-0.5" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="flex flex-wrap items-baseline gap-x-2 text-sm">
          <span className="font-medium">{note.author}</span>
          <Ago ts={note.createdAt} clock={clock} className="text-muted-foreground text-xs" />
          {note.editedAt !== null && <span className="text-muted-foreground text-xs">edited</span>}
        </p>
        {editing ? (
          <NoteForm
            label="Edit this note"
            members={members}
            submitLabel="Save"
            initial={note.body}
            action={(body) => edit(name, body)}
            onDone={() => setEditing(false)}
          />
        ) : (
          <>
            <NoteBody pieces={note.pieces} />
            <p className="flex gap-3 text-xs">
              {note.mayEdit && (
                <Button
                  variant="link"
                  size="none"
                  className="text-muted-foreground text-xs"
                  onClick={() => setEditing(true)}
                >
                  Edit
                </Button>
              )}
              {note.mayDelete && (
                <Button
                  variant="link"
                  size="none"
                  className="text-muted-foreground text-xs"
                  disabled={busy}
                  onClick={erase}
                >
                  Delete
                </Button>
              )}
            </p>
          </>
        )}
      </div>
    </li>
  );
}
