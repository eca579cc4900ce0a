import { z } from "zod";

/** The shapes of what the API says of segments; see schemas.ts. */

const time = z.iso.datetime({ precision: 3 });

export const segment = z
  .object({
    id: z.guid(),
    name: z.string(),
    description: z.string(),
    kind: z.enum(["rule", "static"]).describe("rule: whoever matches now. static: those of an imported list."),
    filter: z.string().nullable().describe("The rule as `filter=` takes it; null for a static segment."),
    people: z.int().min(0).nullable().describe("At the newest daily count; null before the first."),
    countedAt: time.nullable(),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: "Segment", description: "A saved rule over people, or a fixed list of them." });

export const segmentList = z.object({ data: z.array(segment) }).meta({ id: "SegmentList" });
