import { z } from "zod";
import { adoptionBy } from "@/lib/adoption/subjects";
import { featuresOf } from "@/lib/features/features.queries";
import type { Scope } from "@/lib/scope";
import { SUBJECTS } from "@/lib/segments/rule";

const DAY_MS = 24 * 60 * 60 * 1000;
const WRONG_DAYS = "A whole number of days from 1 to 731.";

export const adoptionQuery = z.object({
  of: z
    .enum(SUBJECTS, `One of ${SUBJECTS.join(", ")}.`)
    .default("people")
    .describe("Whose use of features."),
  days: z.coerce
    .number(WRONG_DAYS)
    .int(WRONG_DAYS)
    .min(1, WRONG_DAYS)
    .max(731, WRONG_DAYS)
    .default(30)
    .describe("What counts as recent: so many times 24 hours."),
  segment: z
    .guid("The id of a segment.")
    .optional()
    .describe("Only its people, or accounts. Without it: all who are identified, or every account."),
});

const count = z.int().min(0);
export const adoption = z
  .object({
    people: count,
    estimate: z
      .boolean()
      .describe("Numbers are scaled up from 20,000 people or 2,000 accounts, the same ones each time."),
    suggested: z.boolean().describe("The project has no list of its own yet; its most used events stand in."),
    data: z.array(
      z.object({
        name: z.string(),
        events: z.array(z.string()),
        ever: count,
        recent: count,
        first: count.describe("Used it for the first time in these days."),
        firstBefore: count.describe("The same in as many days before those."),
        again: count.describe("Used it at least twice."),
        never: count,
      }),
    ),
  })
  .meta({ id: "Adoption", description: "How many identified people, or accounts, used each feature of the project." });

export async function readAdoption(
  scope: Scope,
  { of, days, segment }: z.infer<typeof adoptionQuery>,
  now: number,
): Promise<z.infer<typeof adoption>> {
  const { features, isSuggested } = await featuresOf(scope);
  const from = now - days * DAY_MS;
  const asked = { of, segment: segment ?? null, from, before: from - days * DAY_MS };
  const { adoption: found } = await adoptionBy(scope, { ...asked, features, now });
  return {
    people: found.people,
    estimate: found.isEstimate,
    suggested: isSuggested,
    data: found.rows.map(({ feature, ...numbers }) => ({ name: feature.name, events: feature.events, ...numbers })),
  };
}
