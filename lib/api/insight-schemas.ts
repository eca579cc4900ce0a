import { z } from "zod";
import { ROW_KINDS } from "@/lib/comparison/rows";

/** The shapes of what the API says of groups of people; see schemas.ts. */

const share = z.number().min(0).max(1);
const side = z.object({
  people: z.int().min(0).describe("Of so many the share or mean is known."),
  had: z.int().min(0).nullable().describe("How many of them; null for a mean."),
  share: share.nullable(),
  mean: z.number().nullable(),
  filter: z.string().describe("Those who had it (of a mean, the whole group), as `filter=` takes it."),
});
const row = z.object({
  kind: z.enum(ROW_KINDS),
  key: z.string().describe("An event's name, a property, a column, or visits, days, events, hour."),
  property: z.string().nullable().describe("Of the event."),
  value: z
    .string()
    .nullable()
    .describe("What it says; for visits and days the least number; for hour the quarter of the UTC day, 0 to 3."),
  a: side,
  b: side,
  difference: z.number().describe("a − b: of shares (0.41 is 41 points) or of means."),
  low: z.number().describe("Lower end of its 95 % interval."),
  high: z.number(),
  p: share.describe("Two-sided, of Fisher's exact or Welch's test."),
  adjusted: share.describe("By Benjamini and Hochberg over all rows tested."),
  clear: z.boolean().describe("adjusted is at most 0.05."),
});
const group = z.object({
  label: z.string(),
  people: z.int().min(0),
  exact: z.boolean().describe("false: about so many."),
  filter: z.string(),
});

export const comparison = z
  .object({
    a: group,
    b: group,
    leftOut: z.array(group).describe("Whom neither group has, and why."),
    estimate: z.boolean().describe("Shares and means are of people drawn at random, of one group at least."),
    rows: z.array(row).describe("Largest effect first, the clear ones before the others."),
  })
  .meta({ id: "Comparison", description: "What two groups of people did in the same window of their lives, and are." });
