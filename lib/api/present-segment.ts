import type { z } from "zod";
import type { SegmentListed } from "@/lib/segments/types";
import { encodeRule } from "@/lib/segments/url";
import type { segment } from "./segment-schemas";

const iso = (ms: number): string => new Date(ms).toISOString();

/** Every field by name, like all of present.ts. */
export function presentSegment(row: SegmentListed): z.infer<typeof segment> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    kind: row.kind,
    filter: row.rule && encodeRule(row.rule),
    people: row.people,
    countedAt: row.countedAt === null ? null : iso(row.countedAt),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}
