import { quietReason } from "@/lib/lifecycle/quiet";
import type { PersonFacts } from "@/lib/profiles/types";

type Person = {
  identified: boolean;
  lastSeen: number | null;
  facts: Pick<PersonFacts, "quietAt" | "usualGapDays" | "activeDays" | "stopped"> | null;
};

/** Why a person is going quiet at `now` (ms), as the tab words it; null if they are not on the tab. */
export function whyQuiet({ identified, facts, lastSeen }: Person, now: number): string | null {
  if (!identified || lastSeen === null || !facts?.quietAt || facts.quietAt >= now) return null;
  return quietReason(facts, lastSeen, now);
}
