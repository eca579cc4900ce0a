import { z } from "zod";
import { SUBJECTS } from "@/lib/segments/rule";

/** The API's schemas for segments; see schemas.ts. */

const time = z.iso.datetime({ precision: 3 });

export const segmentSchema = z
  .object({
    id: z.guid(),
    name: z.string(),
    description: z.string(),
    subject: z.enum(SUBJECTS).describe("Its subject; members are listed under that name."),
    kind: z.enum(["rule", "static"]).describe("rule: everybody who matches now. static: an imported list."),
    filter: z.string().nullable().describe("The rule, in the syntax of `filter=`; null for a static segment."),
    people: z
      .int()
      .min(0)
      .nullable()
      .describe("As of the latest daily count; null before the first one, and for segments of accounts."),
    accounts: z.int().min(0).nullable().describe("The same for a segment of accounts."),
    countedAt: time.nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Segment", description: "A saved rule over people or accounts, or a fixed list of people." });

export const segmentListSchema = z.object({ data: z.array(segmentSchema) }).meta({ id: "SegmentList" });
