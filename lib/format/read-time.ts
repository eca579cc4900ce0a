/** ISO 8601 as written by `toISOString` and Postgres. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;

/** An epoch as text, with or without a fraction. Shorter ones are years or mistakes. */
const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;

/**
 * The unit of an epoch, by its size: each covers 1979 to beyond 9999, so they do not overlap in practice. Seconds reach
 * down to 1970.
 */
const SECONDS_BELOW = 3e11;
const MILLISECONDS_BELOW = 3e14;
const MICROSECONDS_BELOW = 3e17;
/** The limit of 64 bits: the year 2262. */
const NANOSECONDS_BELOW = 2 ** 63;

/** A day written as a number, 20260131: as seconds it would be a day in August 1970. */
export const isCalendarDay = (value: number): boolean =>
  Number.isInteger(value) && value > 19_000_000 && value < 21_000_000 && !Number.isNaN(readDay(String(value)));

const readDay = (text: string): number => readTime(text.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"));

/** Milliseconds since 1970 of an ISO string or an epoch, as docs/wire.md W10 defines; NaN for anything else. */
export function readTime(value: unknown): number {
  if (typeof value === "number") return value >= 0 && !isCalendarDay(value) ? readEpoch(value) : Number.NaN;
  if (typeof value !== "string") return Number.NaN;
  const text = value.trim();
  return EPOCH.test(text) ? readEpoch(Number(text)) : readIso(text);
}

function readEpoch(value: number): number {
  if (value < SECONDS_BELOW) return Math.round(value * 1000);
  if (value < MILLISECONDS_BELOW) return Math.trunc(value);
  if (value < MICROSECONDS_BELOW) return Math.trunc(value / 1e3);
  return value < NANOSECONDS_BELOW ? Math.trunc(value / 1e6) : Number.NaN;
}

/** Without a zone it is UTC, whatever the server's zone; a date alone is its midnight. */
function readIso(text: string): number {
  const [found, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", sign, ...offset] =
    ISO.exec(text) ?? [];
  if (found === undefined) return Number.NaN;
  const [hours = 0, minutes = 0] = offset.map((part) => Number(part ?? 0));
  const time = [hour, minute, second].map(Number) as [number, number, number];
  const isTime = time[1] < 60 && time[2] < 60 && (time[0] < 24 || (time[0] === 24 && time[1] + time[2] === 0));
  if (!isTime || hours > 23 || minutes > 59) return Number.NaN;
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // 30 February would become 2 March.
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return Number.NaN;
  const ofDay = ((time[0] * 60 + time[1]) * 60 + time[2]) * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3));
  return midnight + ofDay - (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
