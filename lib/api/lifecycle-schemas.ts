import { z } from "zod";
import { DAYS_A_WEEK, dayOf } from "@/lib/format/time";
import { STATES } from "@/lib/lifecycle/states";
import { LIFECYCLE_SUBJECTS } from "@/lib/lifecycle/weeks";

/** The API's schemas for the lifecycle; see schemas.ts. */

const DAY_MS = 24 * 60 * 60 * 1000;
/** The longest period that can be requested. */
const MAX_DAYS = 731;
const WRONG_DAY = "A day, as 2026-03-12.";
const day = z.iso.date(WRONG_DAY).refine((text) => text >= "1900-01-01" && text <= "2999-12-31", WRONG_DAY);

export const lifecycleQuerySchema = z
  .object({
    from: day.optional().describe("A day of the first week. Default: twelve weeks before `to`."),
    to: day.optional().describe("A day of the last week. Default, and for days in the future: today."),
    who: z
      .enum(LIFECYCLE_SUBJECTS, `One of ${LIFECYCLE_SUBJECTS.join(", ")}.`)
      .default("identified")
      .describe(
        "The subject: identified people, everybody, or accounts; for accounts, `people` is the number of accounts.",
      ),
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ["from"], error: "Not after `to`." })
  .refine(({ from, to }) => !from || !to || Date.parse(to) - Date.parse(from) <= MAX_DAYS * DAY_MS, {
    path: ["from"],
    error: `At most ${MAX_DAYS} days before \`to\`.`,
  });

const DEFAULT_WEEKS = 12;

/** The requested days, as days since 1970. */
export function lifecycleDays(
  { from, to }: z.infer<typeof lifecycleQuerySchema>,
  now: number,
): { from: number; to: number } {
  const last = Math.min(to === undefined ? dayOf(now) : dayOf(Date.parse(to)), dayOf(now));
  const first = from === undefined ? last - DEFAULT_WEEKS * DAYS_A_WEEK : dayOf(Date.parse(from));
  return { from: Math.max(first, last - MAX_DAYS), to: last };
}

const count = z.int().min(0);
const state = z.enum(STATES);
const states = z.object({ new: count, active: count, slipping: count, dormant: count, resurrected: count });

export const lifecycleWeekSchema = z
  .object({
    week: z.iso.date().describe("Its Monday, in UTC."),
    statesOn: z.iso.date().describe("The day of `states`: its Sunday, or today if the week is not over."),
    unfinished: z.boolean(),
    states: states.describe("How many people are in each state."),
    moves: z
      .array(z.object({ from: state.nullable(), to: state, people: count }))
      .describe("People who were in another state at the end of the previous week; from null: not seen before."),
    net: z.int().describe("Change in the number of people who are not dormant, compared with a week before."),
  })
  .meta({ id: "LifecycleWeek" });

export const lifecycleSchema = z
  .object({
    data: z.array(lifecycleWeekSchema),
    settled: z
      .boolean()
      .describe("false: states are still being computed for everybody, initially or after thresholds changed."),
  })
  .meta({ id: "Lifecycle", description: "How many people are in each state, week by week, and who moved." });
