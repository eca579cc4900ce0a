"use client";

import { useState } from "react";
import { fetchJson, usePolled } from "@/components/ui/use-json";
import type { Counters, DebuggerEntry, DebuggerView, UnmatchedRequest } from "@/lib/debugger/types";

/** Polling interval, in milliseconds. */
const EVERY_MS = 1_000;
/** The server keeps the same number. */
const KEPT = 500;

export type LiveMessages = {
  entries: DebuggerEntry[];
  counters: Counters;
  unmatched: UnmatchedRequest[];
  trouble: boolean;
};
type State = { view: DebuggerView; newest: number; entries: DebuggerEntry[] };

/** The project's messages, newest first, polled every second while the tab is visible and not `paused`. */
export function useMessages(projectId: string, initial: DebuggerView, paused: boolean): LiveMessages {
  const [{ view, newest, entries }, setState] = useState<State>(() => ({
    view: initial,
    newest: initial.entries.at(-1)?.number ?? 0,
    entries: initial.entries.toReversed(),
  }));
  const path = `/api/projects/${projectId}/debugger`;
  const { trouble } = usePolled<DebuggerView>(paused ? null : path, EVERY_MS, {
    request: () => fetchJson(`${path}?after=${newest}`),
    onData: (next) => setState(withNext(next)),
  });
  return { entries, counters: view.counters, unmatched: view.unmatched, trouble };
}

/** Another process, or a restarted one, numbers from the start: the next poll fetches its messages. */
const withNext =
  (next: DebuggerView) =>
  (before: State): State =>
    next.process === before.view.process
      ? {
          view: next,
          newest: next.entries.at(-1)?.number ?? before.newest,
          entries: [...next.entries.toReversed(), ...before.entries].slice(0, KEPT),
        }
      : { view: next, newest: 0, entries: [] };
