import { z } from "zod";

/** The shapes of what the API says of risk; see schemas.ts. */

const people = z.int().min(0);
const share = z.number().min(0).max(1);

const track = z.object({
  daysAgo: people.describe("The cut-off: what was known then."),
  people: people.describe("With a habit, and not gone by then."),
  away: people.describe("Of those, without activity in the horizon after it."),
  named: people.describe("Going quiet then."),
  namedAway: people.describe("Of those, away."),
  auc: share,
  aucOfSilence: share.describe("Of days since last seen alone."),
  lift: z.number().min(0).describe("How much more often the least likely tenth stayed away than everybody."),
  liftOfSilence: z.number().min(0),
  calibrationError: share,
});

const atRisk = z.object({
  ref: z.string(),
  lastSeen: z.iso.datetime(),
  probability: share.nullable().describe("Of an active day within the horizon; null without a model."),
  returnsBy: z.iso.date().nullable().describe("The day by which a return is as likely as not; null: not soon."),
  value: z.number().min(0).describe("Active days in the 90 up to the last one."),
  why: z.string(),
});

export const risk = z
  .object({
    day: z.iso.date().nullable().describe("The last day known; null: not worked out yet."),
    horizonDays: people,
    hasModel: z.boolean().describe("false: too little history; the fallback rule stands in."),
    verdict: z
      .enum(["better", "no better", "unknown"])
      .describe("Than days since last seen, on the project's own past."),
    tracks: z.array(track),
    data: z.array(atRisk).describe("The first hundred; /profiles?tab=quiet has all, in the same order."),
  })
  .meta({
    id: "Risk",
    description: "Who is going quiet, most worth a call first, and how the signal would have done.",
  });
