import type { SignUpWay } from "@/lib/profiles/types";

/** A step of a person's path; times in ms. */
export type PathEvent = { id: string; ts: number; sessionId: string | null; label: string };
export type PathVisit = { id: string; startedAt: number; source: string; steps: PathEvent[]; more: number };

/** How somebody came to sign up and to convert (docs/decisions/0067-sign-up.md). */
export type Path = {
  firstSeen: number;
  source: string | null;
  landingPage: string | null;
  /** Sessions before the sign-up, oldest first, and the one it happened in; `earlier`: how many came before these. */
  visits: PathVisit[];
  earlier: number;
  /** The last event before signing up. */
  lastStep: PathEvent | null;
  signedUpAt: number;
  by: SignUpWay;
  /** The first event that the project marks as a conversion, among those done since first seen. */
  conversion: { name: string; at: number } | null;
};

/** Steps shown per session. */
export const VISIT_STEPS = 5;

/**
 * Groups the newest events before the sign-up (in any order) into their sessions, each with its first steps in order of
 * time; the same step several times in a row is one. `visits`: newest first. Pure.
 */
export function visitsWithSteps(
  visits: readonly { id: string; startedAt: number; source: string }[],
  events: readonly PathEvent[],
): PathVisit[] {
  const bySession = new Map<string, PathEvent[]>();
  for (const event of [...events].sort((a, b) => a.ts - b.ts || (a.id < b.id ? -1 : 1))) {
    if (event.sessionId === null) continue;
    const steps = bySession.get(event.sessionId) ?? [];
    if (steps.at(-1)?.label !== event.label) steps.push(event);
    bySession.set(event.sessionId, steps);
  }
  return [...visits].reverse().map(({ id, startedAt, source }) => {
    const steps = bySession.get(id) ?? [];
    return { id, startedAt, source, steps: steps.slice(0, VISIT_STEPS), more: Math.max(0, steps.length - VISIT_STEPS) };
  });
}
