"use client";

import { useActionState, useState } from "react";
import { confirmed } from "@/components/ui/confirmed";
import { ErrorMessage } from "@/components/ui/error-message";
import { Field } from "@/components/ui/field";
import { SubmitButton } from "@/components/ui/submit-button";
import { type ActionState, IDLE } from "@/lib/http/form";

type EraseManyProps = {
  projectId: string;
  /** The people to erase: the list's parameters, or refs. */
  query: string;
  people: number;
  /** The text to type as confirmation. */
  phrase: string;
  /** Starts, then redirects to the progress. */
  erase: (previous: ActionState<null>, form: FormData) => Promise<ActionState<null>>;
};

/** Confirms the erasure of many people by their number. */
export function EraseMany({ projectId, query, people, phrase, erase }: EraseManyProps) {
  const [state, submit] = useActionState(confirmed(erase), IDLE);
  const [typed, setTyped] = useState("");
  const failed = state.status === "failed" ? state : undefined;
  return (
    <form action={submit} className="grid gap-4">
      <input type="hidden" name="projectId" value={projectId} />
      <input type="hidden" name="query" value={query} />
      <input type="hidden" name="expected" value={people} />
      {failed && failed.field !== "words" && <ErrorMessage>{failed.message}</ErrorMessage>}
      <label className="flex items-start gap-2.5 text-sm">
        <input type="checkbox" name="suppress" className="mt-0.5 size-4 shrink-0 accent-primary" />
        <span className="grid gap-0.5">
          Also block their ids
          <span className="text-muted-foreground">
            Drops everything they send later. Otherwise a new log-in creates a new user.
          </span>
        </span>
      </label>
      <Field
        name="words"
        label={`Type “${phrase}” to confirm`}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        error={failed?.field === "words" ? failed.message : undefined}
        required
      />
      <SubmitButton
        variant="destructive"
        className="justify-self-start"
        disabled={typed.trim().toLowerCase() !== phrase}
      >
        Erase permanently
      </SubmitButton>
    </form>
  );
}
