"use client";

import { useEffect, useState } from "react";
import type { SuggestionQuery, Suggestions } from "@/components/filters/suggestions";

/** Milliseconds of rest before what was typed is asked about. */
const REST_MS = 150;

/** Answers of this page view: the same question is asked once. */
const known = new Map<string, Suggestions>();

type Answer = { data: Suggestions | null; loading: boolean; failed: boolean };

/** What to offer; the last answer stays until the next is there. null: nothing is asked. */
export function useSuggestions(projectId: string, query: SuggestionQuery | null): Answer {
  const url = query && `/api/projects/${projectId}/suggest?${new URLSearchParams(query)}`;
  const [answer, setAnswer] = useState<{ url: string; data: Suggestions | null; failed: boolean } | null>(null);
  useEffect(() => {
    if (url === null) return;
    const had = known.get(url);
    if (had) {
      setAnswer({ url, data: had, failed: false });
      return;
    }
    const abort = new AbortController();
    const ask = async () => {
      try {
        const response = await fetch(url, { signal: abort.signal });
        if (!response.ok) throw new Error(String(response.status));
        const data = (await response.json()) as Suggestions;
        known.set(url, data);
        setAnswer({ url, data, failed: false });
      } catch {
        if (!abort.signal.aborted) setAnswer((before) => ({ url, data: before?.data ?? null, failed: true }));
      }
    };
    const timer = setTimeout(ask, url.endsWith("q=") ? 0 : REST_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [url]);
  return {
    data: answer?.data ?? null,
    loading: url !== null && answer?.url !== url,
    failed: answer?.url === url && answer.failed,
  };
}
