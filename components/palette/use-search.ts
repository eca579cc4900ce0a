"use client";

import type { SearchResults } from "@/components/palette/search-results";
import { useTyped } from "@/components/ui/use-json";

/** Search debounce, in milliseconds. */
const REST_MS = 120;
const NOTHING: SearchResults = { people: [], accounts: [], segments: [] };

/** Matching people, accounts and segments; the previous results stay until the next arrive. */
export function useSearch(
  projectId: string,
  query: string,
): { found: SearchResults; searching: boolean; failed: boolean } {
  const path = query === "" ? null : `/api/projects/${projectId}/search?q=${encodeURIComponent(query)}`;
  const { data, loading, failed } = useTyped<SearchResults>(path, REST_MS);
  return { found: path === null || failed ? NOTHING : (data ?? NOTHING), searching: loading, failed };
}
