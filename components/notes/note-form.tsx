"use client";

import { type KeyboardEvent, useId, useRef, useState, useTransition } from "react";
import { Button } from "@/components/ui/button";
import { ErrorMessage } from "@/components/ui/error-message";
import { NOTE_MAX_LENGTH } from "@/lib/notes/mentions";

type NoteFormProps = {
  label: string;
  /** Names suggested after an @. */
  members: string[];
  submitLabel: string;
  initial?: string;
  /** Saves the note; resolves to an error, or null. */
  action: (body: string) => Promise<string | null>;
  onDone?: () => void;
};

/** Maximum of suggested names. */
const OFFERED = 5;

/** A note editor: "@" suggests the project's members, Ctrl or ⌘ + Enter saves. */
export function NoteForm({ label, members, submitLabel, initial = "", action, onDone }: NoteFormProps) {
  const [body, setBody] = useState(initial);
  const [caret, setCaret] = useState(0);
  const [fault, setFault] = useState<string | null>(null);
  const [busy, startTransition] = useTransition();
  const [chosen, setChosen] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const id = useId();

  // The text between the nearest @ and the caret, if it can be the start of a name.
  const typed = /(?:^|[\s(])@([^@\n]{0,40})$/u.exec(body.slice(0, caret))?.[1];
  const offered =
    typed === undefined || dismissed === typed
      ? []
      : members
          .filter((name) => name.toLowerCase().startsWith(typed.toLowerCase()) && name !== typed)
          .slice(0, OFFERED);
  const chosenIndex = Math.min(chosen, offered.length - 1);

  const save = () =>
    startTransition(async () => {
      const error = await action(body).catch(() => "Could not save. Try again.");
      setFault(error);
      if (error !== null) return;
      setBody("");
      onDone?.();
    });
  const insertMention = (name: string) => {
    const from = caret - (typed?.length ?? 0);
    setBody(`${body.slice(0, from)}${name} ${body.slice(caret)}`);
    setCaret(from + name.length + 1);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(from + name.length + 1, from + name.length + 1);
    });
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      save();
    } else if (offered.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setChosen((chosenIndex + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length);
    } else if (offered.length > 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      insertMention(offered[chosenIndex] as string);
    } else if (offered.length > 0 && event.key === "Escape") {
      event.preventDefault();
      setDismissed(typed ?? null);
    }
  };

  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div className="relative">
        <textarea
          ref={input}
          id={id}
          rows={3}
          maxLength={NOTE_MAX_LENGTH}
          value={body}
          placeholder={`${label}. @ mentions a colleague`}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={offered.length > 0}
          aria-controls={`${id}-names`}
          aria-activedescendant={offered.length > 0 ? `${id}-name-${chosenIndex}` : undefined}
          onChange={({ target }) => {
            setBody(target.value);
            setCaret(target.selectionStart);
            setDismissed(null);
            setChosen(0);
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart)}
          onKeyDown={press}
          className="field-sizing-content min-h-20 w-full rounded-md border border-input bg-background px-3 py-2 text-base placeholder:text-muted-foreground/80 md:text-sm"
        />
        <div
          id={`${id}-names`}
          role="listbox"
          aria-label="Members"
          hidden={offered.length === 0}
          className="absolute z-20 mt-1 w-60 rounded-lg border bg-popover p-1 shadow-lg"
        >
          {offered.map((name, index) => (
            <div
              key={name}
              id={`${id}-name-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosenIndex}
              onPointerDown={(event) => {
                event.preventDefault(); // keeps the focus in the text
                insertMention(name);
              }}
              className={`truncate rounded-sm px-2 py-1.5 text-sm ${index === chosenIndex ? "bg-muted" : ""}`}
            >
              {name}
            </div>
          ))}
        </div>
      </div>
      {fault && <ErrorMessage>{fault}</ErrorMessage>}
      <div className="flex gap-2">
        <Button type="submit" size="sm" disabled={busy || body.trim() === ""}>
          {submitLabel}
        </Button>
        {onDone && (
          <Button variant="ghost" size="sm" onClick={onDone}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}
