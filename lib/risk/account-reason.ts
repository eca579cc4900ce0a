import { pluralCount } from "@/lib/format/number";
import { SILENT_DAYS } from "./champion";
import { activityInWords, type QuietReason, rhythmInWords } from "./reason";

/** A seat is lost if somebody was active in this many days before the last fourteen (SILENT_DAYS), but not since. */
export const SEATS_BEFORE = 28;

/** The reason for an account's standing. `errors`: people who met an error in its last week. */
export type AccountReason = QuietReason & {
  seats: { had: number; lost: number };
  /** Days for which its most active person has been silent; null if they are active. */
  championSilent: number | null;
  /** On how many of the 90 days before the last fourteen that person was active. */
  championDays?: number | null;
};

/**
 * "usually every day, silent for 6 days; 3 of 5 people have stopped …; Ada, its most active person, silent for 23
 * days".
 */
export function accountReasonInWords(reason: AccountReason, champion: string | null): string {
  const { usual, silent, activeDays, seats, championSilent, stopped, errors } = reason;
  const parts = [rhythmInWords(usual, silent, activeDays)];
  if (seats.lost > 0 && seats.had > 1)
    parts.push(
      `${seats.lost} of ${seats.had} people who were active in the ${SEATS_BEFORE} days before the last ${SILENT_DAYS} have stopped`,
    );
  if (championSilent !== null)
    parts.push(
      `${champion === null ? "its most active person" : `${champion}, its most active person,`} silent for ${pluralCount(championSilent, "day")}`,
    );
  if (stopped !== null) parts.push(`stopped ${activityInWords(stopped)}`);
  if (errors > 0) parts.push(`${errors === 1 ? "1 person" : `${errors} people`} met errors in its last week`);
  return parts.join("; ");
}
