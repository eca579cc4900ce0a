import { z } from "zod";
import { RISK_SUBJECTS } from "@/lib/risk/outcomes.store";

/** The API's schemas for risk; see schemas.ts. */

export const riskQuerySchema = z.object({
  of: z
    .enum(RISK_SUBJECTS, `One of ${RISK_SUBJECTS.join(", ")}.`)
    .default("people")
    .describe("The subject: people or accounts."),
});

const people = z.int().min(0);
const share = z.number().min(0).max(1);

const track = z.object({
  daysAgo: people.describe("The cut-off day: only data up to then is used."),
  people: people.describe("People with a habit who had not left by then."),
  away: people.describe("Those of them without activity in the horizon after it."),
  named: people.describe("Going quiet on that day."),
  namedAway: people.describe("Those of them who stayed away."),
  auc: share,
  aucOfSilence: share.describe("The same for days since last seen alone."),
  lift: z.number().min(0).describe("How much more often the tenth least likely to return stayed away than everybody."),
  liftOfSilence: z.number().min(0),
  calibrationError: share,
});

const atRisk = z.object({
  ref: z.string().describe("For a person u:<user id>, for an account its id."),
  lastSeen: z.iso.datetime(),
  probability: share.nullable().describe("Probability of an active day within the horizon; null without a model."),
  returnsBy: z.iso.date().nullable().describe("The day by which a return is 50 % likely; null: not soon."),
  value: z.number().min(0).describe("Their revenue in minor units, or active days; see `valueIs`."),
  why: z.string(),
});

const quietChampion = z.object({
  ref: z.string().describe("The account's id."),
  champion: z.string().describe("Its most active person, as u:<user id>."),
  silentDays: people,
  probability: share.nullable().describe("Probability that anybody of the account comes back within the horizon."),
  value: z.number().min(0),
  why: z.string(),
});

export const riskSchema = z
  .object({
    day: z.iso.date().nullable().describe("The last complete day of data; null: not computed yet."),
    horizonDays: people,
    hasModel: z.boolean().describe("false: too little history; a fallback rule is used instead."),
    valueIs: z
      .enum(["revenue", "activeDays"])
      .describe("Revenue if the project records any, else active days in the 90 days up to the last one."),
    verdict: z
      .enum(["better", "no better", "unknown"])
      .describe("Compared with days since last seen, on the project's own past."),
    tracks: z.array(track),
    data: z.array(atRisk).describe("The first hundred; for people, /profiles?tab=quiet lists all, in the same order."),
    championsQuiet: z
      .array(quietChampion)
      .optional()
      .describe("Of accounts: those whose most active person has stopped while others still come, a hundred at most."),
  })
  .meta({
    id: "Risk",
    description:
      "People going quiet, or accounts at risk of losing everybody, most worth a call first, and how well the signal would have performed.",
  });
