"use client";

import { LoaderCircle } from "lucide-react";
import { type FormEvent, startTransition, useActionState, useEffect, useRef } from "react";
import { type ActionState, IDLE } from "@/lib/http/form";

/** An action that may answer with a puzzle to be solved first (lib/auth/puzzle.ts). */
type State = ActionState<{ puzzle: string }>;
export type ProvenAction = (previous: State, form: FormData) => Promise<State>;

/**
 * A form's action that works for its entry where it must: solves the puzzle and sends the same again with the answer.
 * Sent from `onSubmit`, so that React does not empty the fields meanwhile; without JavaScript `action` does it, and there is
 * no answer to a puzzle.
 */
export function useProvenAction(action: ProvenAction) {
  const [state, send] = useActionState<State, FormData>(action, IDLE);
  const sent = useRef<FormData | null>(null);
  const puzzle = state.status === "done" ? state.data.puzzle : null;

  useEffect(() => {
    const form = sent.current;
    if (puzzle === null || form === null) return;
    const away = new AbortController();
    void (async () => {
      const { solve } = await import("@/lib/auth/puzzle");
      const answer = await solve(puzzle, away.signal);
      form.set("proof", `${puzzle}:${answer}`);
      startTransition(() => send(form));
    })().catch(() => {}); // gone from the page
    return () => away.abort();
  }, [puzzle, send]);

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    sent.current = form;
    startTransition(() => send(form));
  };
  const failed = state.status === "failed" ? state : undefined;
  return { form: { action: send, onSubmit }, failed, working: puzzle !== null };
}

/** What the browser is busy with; nothing while it is not. */
export function Working({ why }: { why: string | false }) {
  return (
    <div role="status">
      {why && (
        <p className="flex gap-2 text-pretty text-muted-foreground text-sm">
          <LoaderCircle aria-hidden="true" className="mt-0.5 size-4 shrink-0 animate-spin" />
          {why} It takes a few seconds.
        </p>
      )}
    </div>
  );
}
