import type { State } from "@/lib/lifecycle/states";

/** The meaning of a state, in a few words. */
export const STATE_HINTS: Record<State, string> = {
  new: "first seen within 7 days",
  active: "as often as is usual for them",
  slipping: "silent for longer than usual",
  dormant: "silent for very long",
  resurrected: "back after being dormant",
};

export const stateColor = (state: State): string => `var(--state-${state})`;

/** From the bottom of a bar to its top. */
export const STACKED_STATES: readonly State[] = ["active", "new", "resurrected", "slipping", "dormant"];
