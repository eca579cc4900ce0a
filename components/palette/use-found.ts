"use client";

import type { Found } from "@/components/palette/found";
import { useTyped } from "@/components/ui/use-json";

/** Milliseconds of rest before what was typed is searched for. */
const REST_MS = 120;
const NOTHING: Found = { people: [], segments: [] };

/** People and segments that match; the last find stays until the next is there. */
export function useFound(projectId: string, sought: string): { found: Found; searching: boolean; failed: boolean } {
  const path = sought === "" ? null : `/api/projects/${projectId}/search?q=${encodeURIComponent(sought)}`;
  const { data, loading, failed } = useTyped<Found>(path, REST_MS);
  return { found: path === null || failed ? NOTHING : (data ?? NOTHING), searching: loading, failed };
}
