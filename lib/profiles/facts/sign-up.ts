import { readTime } from "@/lib/format/read-time";
import type { Json } from "@/lib/json";
import type { SignUpWay } from "@/lib/profiles/types";

/**
 * When a person signed up (docs/decisions/0067-sign-up.md). The first message with a user id is not a sign-up: after
 * installation it is every existing customer's next log-in.
 */

/** `at`, in ms; null if unknown. */
export type DetectedSignUp = { at: number | null; by: SignUpWay };

/** Properties that may hold the date unless the project names another one, in order of precedence. */
export const SIGN_UP_PROPERTIES = [
  "signedUpAt",
  "signed_up_at",
  "createdAt",
  "created_at",
  "$created",
  "created",
  "signupDate",
  "signup_date",
  "registeredAt",
  "registered_at",
];

/**
 * Events that are sign-ups unless the project names another one: their names in lower case, letters and digits only.
 */
export const SIGN_UP_EVENTS = [
  "signedup",
  "signup",
  "usersignedup",
  "usersignup",
  "accountcreated",
  "usercreated",
  "userregistered",
  "registered",
  "registrationcompleted",
  "completeregistration",
];

/** A page that identifies its user while loading sends an anonymous event first, within this many ms. */
export const AT_ONCE_MS = 10_000;
/** Tolerance for a clock ahead of ours, in ms. */
const AHEAD_MS = 24 * 60 * 60 * 1000;
/** Earlier dates are other systems' zero dates. */
const EARLIEST_MS = Date.UTC(1990, 0, 1);

/** What is known about a person. Times in ms; null: never. */
export type SignUpEvidence = {
  /** Values of the properties, in order of precedence. */
  dates: readonly Json[];
  /** Their first sign-up event. */
  eventAt: number | null;
  /** The first message with their user id. */
  knownSince: number;
  /** Their first anonymous event on any of their devices. */
  anonymousSince: number | null;
};

/** `firstDay`: midnight (UTC) of the day of the project's first event; null before there is one. */
export function detectSignUp(evidence: SignUpEvidence, firstDay: number | null, now: number): DetectedSignUp {
  const date = evidence.dates.map(readTime).find((at) => at >= EARLIEST_MS && at <= now + AHEAD_MS);
  if (date !== undefined) return { at: date, by: firstDay !== null && date < firstDay ? "existing" : "property" };
  if (evidence.eventAt !== null) return { at: evidence.eventAt, by: "event" };
  const { knownSince, anonymousSince } = evidence;
  if (anonymousSince !== null && knownSince - anonymousSince > AT_ONCE_MS) return { at: knownSince, by: "identify" };
  return { at: null, by: "existing" };
}
