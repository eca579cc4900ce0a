import { z } from "zod";
import { ROW_KINDS } from "@/lib/comparison/compared-rows";

/** The API's schemas for groups of people; see schemas.ts. */

const share = z.number().min(0).max(1);
const side = z.object({
  people: z.int().min(0).describe("How many people the share or mean is known for."),
  had: z.int().min(0).nullable().describe("How many of them; null for a mean."),
  share: share.nullable(),
  mean: z.number().nullable(),
  filter: z
    .string()
    .describe("A filter for those who had it (for a mean, the whole group), in the syntax of `filter=`."),
});
const row = z.object({
  kind: z.enum(ROW_KINDS),
  key: z.string().describe("An event's name, a property, a column, or visits, days, events, hour."),
  property: z.string().nullable().describe("The event's property."),
  value: z
    .string()
    .nullable()
    .describe("The value; for visits and days the minimum; for hour the quarter of the UTC day, 0 to 3."),
  a: side,
  b: side,
  difference: z.number().describe("a − b, for shares (0.41 is 41 points) or means."),
  low: z.number().describe("Lower end of the 95 % interval."),
  high: z.number(),
  p: share.describe("Two-sided, by Fisher's exact test or Welch's test."),
  adjusted: share.describe("Adjusted by Benjamini and Hochberg over all tested rows."),
  clear: z.boolean().describe("adjusted is at most 0.05."),
});
const group = z.object({
  label: z.string(),
  people: z.int().min(0),
  exact: z.boolean().describe("false: an estimate."),
  filter: z.string(),
});

export const comparisonSchema = z
  .object({
    a: group,
    b: group,
    leftOut: z.array(group).describe("People in neither group, and why."),
    estimate: z.boolean().describe("Shares and means of at least one group come from a random sample."),
    rows: z.array(row).describe("Clear rows first, each part by descending effect."),
  })
  .meta({
    id: "Comparison",
    description: "What two groups of people did in the same window of their lives, and who they are.",
  });
