import { AppError } from "@/lib/errors";
import type { AccountRule, Rule } from "./rule";

/** A rule may name segments that name segments. */
export const MAX_SEGMENT_DEPTH = 5;

/** What a segment stands for; a rule of null: a fixed list of people. */
export type NamedSegment = { subject: "people"; rule: Rule | null } | { subject: "accounts"; rule: AccountRule };
/** The segments a rule names, directly or through others. */
export type Segments = ReadonlyMap<string, NamedSegment>;
/** `counted`: everybody's lifetime counts (person_events) are there to be read. */
export type CompileContext = { projectId: string; now: number; segments: Segments; counted: boolean };

export const unusable = (message: string) => new AppError("unprocessable", message, { field: "filter" });
