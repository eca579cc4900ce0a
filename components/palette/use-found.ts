"use client";

import { useEffect, useState } from "react";
import type { Found } from "@/components/palette/found";

/** Milliseconds of rest before what was typed is searched for. */
const REST_MS = 120;
const NOTHING: Found = { people: [], segments: [] };

type State = { sought: string; found: Found; failed: boolean };

/** People and segments that match; the last find stays until the next is there. */
export function useFound(projectId: string, sought: string): { found: Found; searching: boolean; failed: boolean } {
  const [state, setState] = useState<State>({ sought: "", found: NOTHING, failed: false });
  useEffect(() => {
    if (sought === "") return;
    const abort = new AbortController();
    const ask = async () => {
      try {
        const response = await fetch(`/api/projects/${projectId}/search?q=${encodeURIComponent(sought)}`, {
          signal: abort.signal,
        });
        if (!response.ok) throw new Error(String(response.status));
        setState({ sought, found: (await response.json()) as Found, failed: false });
      } catch {
        if (!abort.signal.aborted) setState({ sought, found: NOTHING, failed: true });
      }
    };
    const timer = setTimeout(ask, REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [projectId, sought]);
  if (sought === "") return { found: NOTHING, searching: false, failed: false };
  return { found: state.found, searching: state.sought !== sought, failed: state.failed };
}
