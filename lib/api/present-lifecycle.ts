import type { z } from "zod";
import { type LifecycleWeek, netOf } from "@/lib/lifecycle/weeks";
import type { lifecycleWeekSchema } from "./lifecycle-schemas";

/** Every field by name, like all of present.ts. */
export const presentWeek = (week: LifecycleWeek): z.infer<typeof lifecycleWeekSchema> => ({
  week: week.monday,
  statesOn: week.day,
  unfinished: week.unfinished,
  states: { ...week.states },
  moves: week.moves.map(({ was, became, people }) => ({ from: was, to: became, people })),
  net: netOf(week),
});
