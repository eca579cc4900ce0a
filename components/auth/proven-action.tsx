"use client";

import { LoaderCircle } from "lucide-react";
import { type FormEvent, startTransition, useActionState, useEffect, useRef } from "react";
import { type ActionState, IDLE } from "@/lib/http/form";

/** A server action that may ask for a solved puzzle first (lib/auth/puzzle.ts). */
type State = ActionState<{ puzzle: string }>;
export type ProvenAction = (previous: State, form: FormData) => Promise<State>;

/**
 * A form action with proof of work: when the server asks for it, solves the puzzle and resubmits with the answer.
 * Submitted from `onSubmit`, so that React does not reset the fields meanwhile. Without JavaScript `action` submits,
 * and puzzles cannot be solved.
 */
export function useProvenAction(action: ProvenAction) {
  const [state, send] = useActionState<State, FormData>(action, IDLE);
  const sent = useRef<FormData | null>(null);
  const puzzle = state.status === "done" ? state.data.puzzle : null;

  useEffect(() => {
    const form = sent.current;
    if (puzzle === null || form === null) return;
    const unmounted = new AbortController();
    void (async () => {
      const { solvePuzzle } = await import("@/lib/auth/puzzle");
      const answer = await solvePuzzle(puzzle, unmounted.signal);
      form.set("proof", `${puzzle}:${answer}`);
      startTransition(() => send(form));
    })().catch(() => {}); // the component was unmounted
    return () => unmounted.abort();
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

/** Explains why the browser is busy; renders nothing otherwise. */
export function BusyNote({ why }: { why: string | false }) {
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
