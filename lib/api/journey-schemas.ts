import { z } from "zod";
import {
  type Aspect,
  type Cohort,
  DAY_BUCKETS,
  type Goal,
  type JourneyRow,
  type Journeys,
  type PreviousCohort,
  VISIT_BUCKETS,
} from "@/lib/journeys/journeys";

const DAY_MS = 24 * 60 * 60 * 1000;
const WRONG_DAYS = "A whole number of days from 1 to 731.";

export const journeysQuerySchema = z.object({
  days: z.coerce
    .number(WRONG_DAYS)
    .int(WRONG_DAYS)
    .min(1, WRONG_DAYS)
    .max(731, WRONG_DAYS)
    .default(90)
    .describe("People first seen in the last this many times 24 hours."),
  goal: z
    .string()
    .min(1, "Name an event.")
    .max(255, "At most 255 characters.")
    .optional()
    .describe("An event, by name. Default: signing up."),
});

export function goalAndCohort({ days, goal }: z.infer<typeof journeysQuerySchema>, now: number): [Goal, Cohort] {
  return [goal === undefined ? "signUp" : { event: goal }, { from: now - days * DAY_MS, to: now }];
}

const count = z.int().min(0);
const rows = z.array(z.object({ value: z.string().nullable(), reached: count, others: count }));

export const journeysSchema = z
  .object({
    reached: count.describe("People who reached the goal."),
    others: count.describe("People who did not."),
    before: z
      .object({ reached: count, others: count })
      .describe("The same of as many days before, by what they had reached when those days were as long ago as these."),
    existing: count.describe("Customers who predate the project; left out if the goal is signing up."),
    sampledEvery: count.describe("1: exact. n: estimated from every nth person."),
    sources: rows,
    firstPages: rows,
    lastSteps: rows.describe(
      "For those who signed up, the last page or event before; for the others, the last so far.",
    ),
    days: rows.describe("Until they reached the goal."),
    visits: rows.describe("Before they signed up; for the others, and for other goals, so far."),
  })
  .meta({ id: "Journeys", description: "How people got from their first visit to a goal, and those who did not." });

export function presentJourneys(
  { rows, every, ...totals }: Journeys,
  before: PreviousCohort,
): z.infer<typeof journeysSchema> {
  const labelled = (aspect: Aspect, labels: typeof DAY_BUCKETS): JourneyRow[] =>
    rows[aspect].map((row) => ({ ...row, value: labels.find(({ key }) => key === row.value)?.label ?? null }));
  return {
    ...totals,
    before: { reached: before.reached, others: before.others },
    sampledEvery: every,
    sources: rows.source,
    firstPages: rows.page,
    lastSteps: rows.step,
    days: labelled("days", DAY_BUCKETS),
    visits: labelled("visits", VISIT_BUCKETS),
  };
}
