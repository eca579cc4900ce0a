import { z } from "zod";
import { AppError } from "@/lib/errors";
import { parseDay } from "@/lib/format/range";

/**
 * What is compared, as URLs and the API write it: `?pair=retained&of=firstSeen&days=7`,
 * `?pair=segments&a=<id>&b=<id>`, `?pair=converted&event=order_paid&date=2026-10-01&days=30`.
 */

export const PAIRS = ["retained", "power", "signedUp", "converted", "paying", "segment", "segments"] as const;
export type PairName = (typeof PAIRS)[number];

export type ComparisonPair =
  | { pair: "retained" | "power" | "signedUp" | "paying" }
  | { pair: "converted"; event: string }
  | { pair: "segment"; a: string }
  | { pair: "segments"; a: string; b: string };

/** When behaviour is counted: n times 24 hours of each person's life, or the n days before a UTC day. */
export type LifeDays = { of: "firstSeen" | "signedUp"; days: number };
export type DatedDays = { before: string; days: number };
export type ComparisonChoice = { pair: ComparisonPair; counted: LifeDays | DatedDays };
/** Compares what the people of two groups are, not what they did. */
export type TraitChoice = { pair: Extract<ComparisonPair, { a: string }>; counted: null };

export const LIFE_DAYS = [1, 7, 30] as const;
export const DATED_DAYS = [7, 30, 90] as const;
const DEFAULT_DAYS = 7;

export const choiceSchema = z.object({
  pair: z
    .enum(PAIRS, `One of ${PAIRS.join(", ")}.`)
    .describe(
      "retained: active again 30 to 60 days into their life (or in the 30 days after `date`), or not. power: power users, or other identified people. signedUp, converted, paying: did so for the first time after the window, or not. segment: a segment, or comparable people outside it. segments: two segments.",
    ),
  a: z.guid("A segment's id.").optional().describe("A segment's id, for segment and segments."),
  b: z.guid("A segment's id.").optional().describe("The other segment's id, for segments."),
  event: z
    .string()
    .max(255, "At most 255 characters.")
    .optional()
    .describe("The event that counts as conversion, for converted."),
  of: z
    .enum(["firstSeen", "signedUp"], "Either firstSeen or signedUp.")
    .optional()
    .describe("What each person's window begins with. Default firstSeen; ignored with `date`."),
  days: z
    .enum(["1", "7", "30", "90"], "Either 1, 7, 30 or 90 days.")
    .optional()
    .describe("Length of the window: 1, 7 or 30 days of a life; 7, 30 or 90 before a date. Default 7."),
  date: z.iso
    .date("A day, as 2026-03-12.")
    .optional()
    .describe("Counts behaviour in the days before this UTC day instead of at the beginning of each life."),
});
export type ChoiceQuery = z.infer<typeof choiceSchema>;

/** The choice of a query. Throws bad_request naming the invalid parameter. */
export function choiceOf(query: ChoiceQuery): ComparisonChoice {
  const pair = pairOf(query);
  const days = Number(query.days ?? DEFAULT_DAYS);
  if (query.date !== undefined) {
    if (!DATED_DAYS.some((one) => one === days)) throw fault("days", "Before a date: 7, 30 or 90 days.");
    if (parseDay(query.date) === null) throw fault("date", "A day from 1900 to 2999.");
    return { pair, counted: { before: query.date, days } };
  }
  if (!LIFE_DAYS.some((one) => one === days)) throw fault("days", "Of a life: 1, 7 or 30 days.");
  if (pair.pair === "signedUp" && query.of === "signedUp")
    throw fault("of", "For this pair the window can only start at first seen: not everybody signed up.");
  return { pair, counted: { of: query.of ?? "firstSeen", days } };
}

function pairOf({ pair, a, b, event }: ChoiceQuery): ComparisonPair {
  switch (pair) {
    case "segment":
      if (a === undefined) throw fault("a", "Choose a segment.");
      return { pair, a };
    case "segments":
      if (a === undefined) throw fault("a", "Choose a segment.");
      if (b === undefined || b === a) throw fault("b", "Choose another segment.");
      return { pair, a, b };
    case "converted":
      if (!event) throw fault("event", "Choose an event.");
      return { pair, event };
    default:
      return { pair };
  }
}

const fault = (field: string, message: string): AppError => new AppError("bad_request", message, { field });

/** The query parameters of a choice. */
export function choiceParams({ pair, counted }: ComparisonChoice): Record<string, string> {
  const { pair: name, ...rest } = pair;
  const window: Record<string, string> = "of" in counted ? { of: counted.of } : { date: counted.before };
  return { pair: name, ...rest, ...window, days: String(counted.days) };
}
