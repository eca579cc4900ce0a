import { z } from "zod";
import { type Aspect, type Cohort, DAY_BUCKETS, type Goal, type Row, VISIT_BUCKETS } from "@/lib/journeys/journeys";
import type { Journeys } from "@/lib/journeys/journeys.queries";

const DAY_MS = 24 * 60 * 60 * 1000;
const WRONG_DAYS = "A whole number of days from 1 to 731.";

export const journeysQuery = z.object({
  days: z.coerce
    .number(WRONG_DAYS)
    .int(WRONG_DAYS)
    .min(1, WRONG_DAYS)
    .max(731, WRONG_DAYS)
    .default(90)
    .describe("People first seen in the last so many times 24 hours."),
  goal: z
    .string()
    .min(1, "Name an event.")
    .max(255, "At most 255 characters.")
    .optional()
    .describe("An event, by its name. Without it: signing up."),
});

export function journeysAsked({ days, goal }: z.infer<typeof journeysQuery>, now: number): [Goal, Cohort] {
  return [goal === undefined ? "signUp" : { event: goal }, { from: now - days * DAY_MS, to: now }];
}

const count = z.int().min(0);
const rows = z.array(z.object({ value: z.string().nullable(), reached: count, others: count }));

export const journeys = z
  .object({
    reached: count.describe("People who got there."),
    others: count.describe("People who did not."),
    existing: count.describe("Customers from before, who are left out where the goal is signing up."),
    sampledEvery: count.describe("1: counted. More: estimated from every so-many-th person."),
    sources: rows,
    firstPages: rows,
    lastSteps: rows.describe("Of those who signed up the last page or event before; of others so far."),
    days: rows.describe("Until they got there."),
    visits: rows.describe("Before they signed up; of others, and for other goals, so far."),
  })
  .meta({ id: "Journeys", description: "How people came from their first visit to a goal, and those who did not." });

export function presentJourneys({ rows, every, ...totals }: Journeys): z.infer<typeof journeys> {
  const labelled = (aspect: Aspect, labels: typeof DAY_BUCKETS): Row[] =>
    rows[aspect].map((row) => ({ ...row, value: labels.find(({ key }) => key === row.value)?.label ?? null }));
  return {
    ...totals,
    sampledEvery: every,
    sources: rows.source,
    firstPages: rows.page,
    lastSteps: rows.step,
    days: labelled("days", DAY_BUCKETS),
    visits: labelled("visits", VISIT_BUCKETS),
  };
}
