import { z } from "zod";
import { adopters, adoptionOf } from "@/lib/adoption/adoption.queries";
import { featuresOf } from "@/lib/features/features.queries";
import type { Scope } from "@/lib/scope";

const DAY_MS = 24 * 60 * 60 * 1000;
const WRONG_DAYS = "A whole number of days from 1 to 731.";

export const adoptionQuery = z.object({
  days: z.coerce
    .number(WRONG_DAYS)
    .int(WRONG_DAYS)
    .min(1, WRONG_DAYS)
    .max(731, WRONG_DAYS)
    .default(30)
    .describe("The recent period: this many times 24 hours."),
  segment: z
    .guid("The id of a segment.")
    .optional()
    .describe("Only people of this segment. Default: all identified people."),
});

const count = z.int().min(0);
export const adoption = z
  .object({
    people: count,
    estimate: z.boolean().describe("Numbers are scaled up from a stable sample of 20,000 people."),
    suggested: z.boolean().describe("The project has no feature list yet; its most used events stand in."),
    data: z.array(
      z.object({
        name: z.string(),
        events: z.array(z.string()),
        ever: count,
        recent: count,
        first: count.describe("Used it for the first time within these days."),
        again: count.describe("Used it at least twice."),
        never: count,
      }),
    ),
  })
  .meta({ id: "Adoption", description: "How many identified people used each feature of the project." });

export async function readAdoption(
  scope: Scope,
  { days, segment }: z.infer<typeof adoptionQuery>,
  now: number,
): Promise<z.infer<typeof adoption>> {
  const { features, isSuggested } = await featuresOf(scope);
  const asked = { segment: segment ?? null, from: now - days * DAY_MS };
  const found = await adoptionOf(scope, features, await adopters(scope, asked.segment, now), asked);
  return {
    people: found.people,
    estimate: found.isEstimate,
    suggested: isSuggested,
    data: found.rows.map(({ feature, ...numbers }) => ({ name: feature.name, events: feature.events, ...numbers })),
  };
}
