import type { ProfileSummary, Total } from "@/lib/profiles/types";
import type { AccountRule, Rule } from "./rule";

type Saved = {
  id: string;
  name: string;
  description: string;
  /** "rule": everybody who currently matches; "static": the people of an imported list, by any current id. */
  kind: "rule" | "static";
  createdAt: number;
  updatedAt: number;
  /** "member:<uuid>" or "client:<uuid>". */
  createdBy: string;
};
/** A saved rule over people, or a fixed list of them, whose rule is null. Times in ms. */
export type PeopleSegment = Saved & { subject: "people"; rule: Rule | null };
/** A saved rule over accounts. */
export type AccountSegment = Saved & { subject: "accounts"; rule: AccountRule };
export type Segment = PeopleSegment | AccountSegment;

/** A segment that a condition can refer to. */
export type SegmentChoice = Pick<Segment, "id" | "name" | "subject">;

/** The rule of a segment; null: a fixed list of people. */
export type NamedSegment = Pick<PeopleSegment, "subject" | "rule"> | Pick<AccountSegment, "subject" | "rule">;
/** The segments a rule names, directly or through others. */
export type Segments = ReadonlyMap<string, NamedSegment>;

/** `size`: people or accounts as of the latest daily count; null before the first one. */
export type SegmentListed<Of extends Segment = Segment> = Of & { size: number | null; countedAt: number | null };

/** The filter builder's preview of a rule: how many people, and the first few. */
export type RulePreview = { total: Total; rows: ProfileSummary[] };

/** People or accounts in a segment at the end of a UTC day ("2026-03-12"). */
export type SizeOnDay = { day: string; people: number };

/** The result of an import; `unknown`: the first lines whose id or e-mail is unknown. */
export type Imported = {
  added: number;
  already: number;
  unknown: { line: number; value: string }[];
  unknownCount: number;
};

/** The property keys of a rule that a reader with masked sight may not see. */
export type HiddenKeys = { people: ReadonlySet<string>; accounts: ReadonlySet<string> };
