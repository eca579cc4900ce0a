import { AppError } from "@/lib/errors";
import type { AccountRule, Rule } from "./rule";

/** Segments a rule names may name further segments, this deep. */
export const MAX_SEGMENT_DEPTH = 5;

/** The rule of a segment; null: a fixed list of people. */
export type NamedSegment = { subject: "people"; rule: Rule | null } | { subject: "accounts"; rule: AccountRule };
/** The segments a rule names, directly or through others. */
export type Segments = ReadonlyMap<string, NamedSegment>;
/** `counted`: everybody's lifetime counts (person_events) are available. */
export type CompileContext = { projectId: string; now: number; segments: Segments; counted: boolean };

export const unusable = (message: string) => new AppError("unprocessable", message, { field: "filter" });
