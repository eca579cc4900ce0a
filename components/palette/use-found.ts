"use client";

import type { Found } from "@/components/palette/found";
import { useTyped } from "@/components/ui/use-json";

/** Search debounce, in milliseconds. */
const REST_MS = 120;
const NOTHING: Found = { people: [], accounts: [], segments: [] };

/** Matching people, accounts and segments; the previous results stay until the next arrive. */
export function useFound(projectId: string, query: string): { found: Found; searching: boolean; failed: boolean } {
  const path = query === "" ? null : `/api/projects/${projectId}/search?q=${encodeURIComponent(query)}`;
  const { data, loading, failed } = useTyped<Found>(path, REST_MS);
  return { found: path === null || failed ? NOTHING : (data ?? NOTHING), searching: loading, failed };
}
