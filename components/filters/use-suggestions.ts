"use client";

import type { SuggestionQuery, Suggestions } from "@/components/filters/suggestions";
import { type Fetched, useTyped } from "@/components/ui/use-json";

/** Milliseconds of rest before what was typed is asked about. */
const REST_MS = 150;

/** What to offer; the last answer stays until the next is there. null: nothing is asked. */
export function useSuggestions(projectId: string, query: SuggestionQuery | null): Fetched<Suggestions> {
  const path = query && `/api/projects/${projectId}/suggest?${new URLSearchParams(query)}`;
  return useTyped(path, path?.endsWith("q=") ? 0 : REST_MS);
}
