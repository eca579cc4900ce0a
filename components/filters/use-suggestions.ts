"use client";

import type { SuggestionQuery, Suggestions } from "@/components/filters/suggestions";
import { type Fetched, useTyped } from "@/components/ui/use-json";

/** Debounce while typing, in milliseconds. */
const REST_MS = 150;

/** Suggestions; the previous ones stay until the next arrive. null: no request. */
export function useSuggestions(projectId: string, query: SuggestionQuery | null): Fetched<Suggestions> {
  const path = query && `/api/projects/${projectId}/suggest?${new URLSearchParams(query)}`;
  return useTyped(path, path?.endsWith("q=") ? 0 : REST_MS);
}
