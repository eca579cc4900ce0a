import { config } from "@/lib/config";
import { pluralCount } from "@/lib/format/number";

/** How long log-ins last, by the operator's choice: in all, and without use. */
export const maxMs = (): number => config().LOG_IN_MAX_HOURS * 3_600_000;
export const idleMs = (): number => config().LOG_IN_IDLE_HOURS * 3_600_000;

/** How long a log-in lasts at most, in seconds; also the lifetime of its cookie. */
export const logInLifeSeconds = (): number => Math.floor(maxMs() / 1000);

/** Use is recorded at most once per this interval, in ms; a log-in may end that much too early. */
export const useStepMs = (): number => idleMs() / 24;

/** How long log-ins last, in words: "30 days, or 14 days without use". */
export const lifeInWords = (): string =>
  `${words(config().LOG_IN_MAX_HOURS)}, or ${words(config().LOG_IN_IDLE_HOURS)} without use`;

function words(hours: number): string {
  if (hours % 24 === 0) return pluralCount(hours / 24, "day");
  return Number.isInteger(hours) ? pluralCount(hours, "hour") : pluralCount(Math.round(hours * 60), "minute");
}
