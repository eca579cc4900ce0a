import { quietReason } from "@/lib/lifecycle/quiet";
import type { PersonFacts } from "@/lib/profiles/types";

type Person = {
  identified: boolean;
  lastSeen: number | null;
  facts: Pick<PersonFacts, "quietAt" | "usualGapDays" | "activeDays" | "stopped"> | null;
};

/** Why somebody is going quiet at `now` (ms), as their row of that tab says it; null for whoever is not on it. */
export function whyQuiet({ identified, facts, lastSeen }: Person, now: number): string | null {
  if (!identified || lastSeen === null || !facts?.quietAt || facts.quietAt >= now) return null;
  return quietReason(facts, lastSeen, now);
}
