import { z } from "zod";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { adoptionBy } from "@/lib/adoption/subjects";
import { AppError } from "@/lib/errors";
import { featuresOf } from "@/lib/features/features.queries";
import { DROPPED_MIN } from "@/lib/risk/reason";
import type { Scope } from "@/lib/scope";
import { SUBJECTS } from "@/lib/segments/rule";

const DAY_MS = 24 * 60 * 60 * 1000;
const WRONG_DAYS = "A whole number of days from 1 to 731.";

export const adoptionQuerySchema = z.object({
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
    .describe("What counts as recent: this many times 24 hours."),
  segment: z
    .guid("The id of a segment.")
    .optional()
    .describe("Only its people, or accounts. Without it: all who are identified, or every account."),
  account: z
    .string()
    .min(1, "The id of an account.")
    .max(255, "At most 255 characters.")
    .optional()
    .describe("Only people of this account, by its id. Not with of=accounts."),
  feature: z
    .string()
    .min(1, "The name of a feature.")
    .max(255, "At most 255 characters.")
    .optional()
    .describe("A feature, by name or id, to have `weeks` of."),
});

const count = z.int().min(0);
export const adoptionSchema = z
  .object({
    people: count,
    estimate: z
      .boolean()
      .describe("Numbers of `data` are scaled up from some people or accounts, drawn at random, the same each time."),
    read: count.describe("How many people or accounts were read."),
    margin: count.describe("A number of `data` is off by at most this, in 19 of 20 cases; 0 if it is no estimate."),
    weeksMargin: count.describe("The same of `weeks`, which are estimated above 20,000 people or 2,000 accounts."),
    suggested: z.boolean().describe("The project has no feature list yet; its most used events are used instead."),
    data: z.array(
      z.object({
        name: z.string(),
        events: z.array(z.string()),
        ever: count,
        recent: count,
        dropped: count.describe(
          `Did one of its events ${DROPPED_MIN} times or more, none of them in these days, and were active in them.`,
        ),
        first: count.describe("Used it for the first time in these days."),
        firstBefore: count.describe("The same in as many days before those."),
        again: count.describe("Used it at least twice."),
        never: count,
      }),
    ),
    weeks: z
      .array(
        z.object({
          monday: z.iso.date().describe("The first day of the week, in UTC."),
          first: count.describe("Used the feature for the first time in this week."),
          again: count.describe("Used it in this week and before."),
          never: count.describe("Seen by the end of the week, and had not used it by then."),
        }),
      )
      .nullable()
      .describe("The last twelve weeks of `feature`, oldest first; null without one."),
  })
  .meta({ id: "Adoption", description: "How many identified people, or accounts, used each feature of the project." });

export async function readAdoption(
  scope: Scope,
  { of, days, segment, account, feature: wanted }: z.infer<typeof adoptionQuerySchema>,
  now: number,
): Promise<z.infer<typeof adoptionSchema>> {
  const { features, isSuggested } = await featuresOf(scope);
  const from = now - days * DAY_MS;
  const feature = features.find(({ id, name }) => id === wanted || name === wanted);
  if (wanted !== undefined && !feature) throw new AppError("not_found", "No such feature.", { field: "feature" });
  if (of === "accounts" && account !== undefined)
    throw new AppError("bad_request", "account= cannot be combined with of=accounts.", { field: "account" });
  const known = account === undefined ? null : await accountSummary(scope, account);
  if (account !== undefined && known === null)
    throw new AppError("not_found", "There is no such account in this project.", { field: "account" });
  const whom = { segment: segment ?? null, account: known?.id ?? null };
  const criteria = { of, ...whom, from, before: from - days * DAY_MS };
  const { adoption: found, use } = await adoptionBy(scope, { ...criteria, features, feature, now });
  return {
    people: found.people,
    estimate: found.isEstimate,
    read: found.read,
    margin: found.margin,
    weeksMargin: use?.margin ?? 0,
    suggested: isSuggested,
    data: found.rows.map(({ feature, ...numbers }) => ({ name: feature.name, events: feature.events, ...numbers })),
    weeks:
      use?.weeks.map(({ monday, first, again, never }) => ({
        monday: new Date(monday).toISOString().slice(0, 10),
        first,
        again,
        never,
      })) ?? null,
  };
}
