import type { z } from "zod";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import type { SegmentListed } from "@/lib/segments/types";
import type { segmentSchema } from "./segment-schemas";

const iso = (ms: number): string => new Date(ms).toISOString();

const filterOf = (row: SegmentListed): string | null =>
  row.subject === "accounts" ? encodeAccountRule(row.rule) : row.rule && encodeRule(row.rule);

/** A segment in the API's terms: every field by name, like all of present.ts. */
export function presentSegment(row: SegmentListed): z.infer<typeof segmentSchema> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    subject: row.subject,
    kind: row.kind,
    filter: filterOf(row),
    people: row.subject === "people" ? row.size : null,
    accounts: row.subject === "accounts" ? row.size : null,
    countedAt: row.countedAt === null ? null : iso(row.countedAt),
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
  };
}
