"use client";

import { useEffect, useRef, useState } from "react";
import type { Counters, DebuggerView, Entry, Stray } from "@/lib/debugger/types";

/** Milliseconds between two looks. */
const EVERY_MS = 1_000;
/** As many as the server keeps. */
const KEPT = 500;

export type Messages = { entries: Entry[]; counters: Counters; strays: Stray[]; trouble: boolean };

/** The project's messages, newest first, fresh within a second while the tab is looked at and not `paused`. */
export function useMessages(projectId: string, initial: DebuggerView, paused: boolean): Messages {
  const [entries, setEntries] = useState(() => initial.entries.toReversed());
  const [counters, setCounters] = useState(initial.counters);
  const [strays, setStrays] = useState(initial.strays);
  const [trouble, setTrouble] = useState(false);
  const known = useRef({ process: initial.process, newest: initial.entries.at(-1)?.number ?? 0 });

  useEffect(() => {
    if (paused) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      if (document.visibilityState === "visible") {
        try {
          const path = `/api/projects/${projectId}/debugger?after=${known.current.newest}`;
          const response = await fetch(path, { signal: abort.signal });
          if (!response.ok) throw new Error(String(response.status));
          const seen = (await response.json()) as DebuggerView;
          // Another process, or the same one after a restart, counts anew: what it has now comes with the next look.
          const isOther = seen.process !== known.current.process;
          known.current = {
            process: seen.process,
            newest: isOther ? 0 : (seen.entries.at(-1)?.number ?? known.current.newest),
          };
          if (isOther) setEntries([]);
          else if (seen.entries.length > 0)
            setEntries((before) => [...seen.entries.toReversed(), ...before].slice(0, KEPT));
          setCounters(seen.counters);
          setStrays(seen.strays);
          setTrouble(false);
        } catch {
          if (!abort.signal.aborted) setTrouble(true);
        }
      }
      if (!abort.signal.aborted) timer = setTimeout(look, EVERY_MS);
    };
    timer = setTimeout(look, EVERY_MS);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [paused, projectId]);

  return { entries, counters, strays, trouble };
}
