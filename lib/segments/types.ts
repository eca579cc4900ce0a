import type { ProfileSummary, Total } from "@/lib/profiles/types";
import type { Rule } from "./rule";

/** A saved rule over people, or a fixed list of them. Times in ms. */
export type Segment = {
  id: string;
  name: string;
  description: string;
  /** "rule": everybody who matches now; "static": the people of an imported list, by any id they have now. */
  kind: "rule" | "static";
  /** null for a static one. */
  rule: Rule | null;
  createdAt: number;
  updatedAt: number;
  /** "member:<uuid>" or "client:<uuid>". */
  createdBy: string;
};

/** `people`: at the latest daily count, or null before the first. */
export type SegmentListed = Segment & { people: number | null; countedAt: number | null };

/** The filter builder's preview of a rule: how many people, and the first few. */
export type Preview = { total: Total; rows: ProfileSummary[] };

/** Members at the end of a UTC day ("2026-03-12"). */
export type SizeOnDay = { day: string; people: number };

/** The result of an import: which of the lines' ids or e-mails are unknown. */
export type Imported = {
  added: number;
  already: number;
  unknown: { line: number; value: string }[];
  unknownCount: number;
};
