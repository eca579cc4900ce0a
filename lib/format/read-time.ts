/** ISO 8601 as written by `toISOString` and Postgres. */
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d\d)(?::?(\d\d))?)?)?$/i;

/** An epoch as text, with or without a fraction. Shorter numbers are years or mistakes. */
const EPOCH = /^\d{9,19}(?:\.\d{1,9})?$/;

/**
 * The limits by which an epoch's magnitude tells its unit: in each, the times from 1979 to beyond 9999 are unambiguous;
 * seconds start at 1970.
 */
const SECONDS_BELOW = 3e11;
const MILLISECONDS_BELOW = 3e14;
const MICROSECONDS_BELOW = 3e17;
/** The limit of 64 bits: the year 2262. */
const NANOSECONDS_BELOW = 2 ** 63;

/** Whether a number is a calendar day, 20260131, which as seconds would be in August 1970. */
export const isCalendarDay = (value: number): boolean =>
  Number.isInteger(value) && value > 19_000_000 && value < 21_000_000 && !Number.isNaN(readDay(String(value)));

const readDay = (text: string): number => readTime(text.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3"));

/** Milliseconds since 1970 of an ISO string or an epoch, as docs/wire.md W10 defines; NaN for anything else. */
export function readTime(value: unknown): number {
  if (typeof value === "number") return value >= 0 && !isCalendarDay(value) ? readEpoch(value) : Number.NaN;
  if (typeof value !== "string") return Number.NaN;
  const usual = readToIsoString(value);
  if (!Number.isNaN(usual)) return usual;
  const text = value.trim();
  return EPOCH.test(text) ? readEpoch(Number(text)) : readIso(text);
}

function readEpoch(value: number): number {
  if (value < SECONDS_BELOW) return Math.round(value * 1000);
  if (value < MILLISECONDS_BELOW) return Math.trunc(value);
  if (value < MICROSECONDS_BELOW) return Math.trunc(value / 1e3);
  return value < NANOSECONDS_BELOW ? Math.trunc(value / 1e6) : Number.NaN;
}

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const DAY_MS = 86_400_000;

/** Parses an ISO string. Without a zone it is UTC, whatever the server's zone; a date alone is its midnight. */
function readIso(text: string): number {
  const found = ISO.exec(text);
  if (!found) return Number.NaN;
  const number = (group: number): number => Number(found[group] ?? 0);
  const [hour, minute, second, hours, minutes] = [number(4), number(5), number(6), number(9), number(10)];
  const isTime = minute < 60 && second < 60 && (hour < 24 || (hour === 24 && minute + second === 0));
  if (!isTime || hours > 23 || minutes > 59) return Number.NaN;
  const milliseconds = Number((found[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offset = (found[8] === "-" ? -1 : 1) * (hours * 60 + minutes);
  return (
    midnight(number(1), number(2), number(3)) + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds
  );
}

/** The shape of "2026-01-31T12:00:00.000Z": digits and separators. */
const SHAPE = "dddd-dd-ddTdd:dd:dd.dddZ";

/**
 * Parses the format of `toISOString`, which nearly every SDK sends, ten times as fast as ISO; NaN for any other text.
 */
function readToIsoString(text: string): number {
  if (text.length !== SHAPE.length) return Number.NaN;
  for (let i = 0; i < SHAPE.length; i++) {
    const code = text.charCodeAt(i);
    const expected = SHAPE.charCodeAt(i);
    if (expected === 100 ? code < 48 || code > 57 : code !== expected) return Number.NaN;
  }
  const pair = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
  const [hour, minute, second] = [pair(11), pair(14), pair(17)];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const milliseconds = (text.charCodeAt(20) - 48) * 100 + pair(21);
  return (
    midnight(pair(0) * 100 + pair(2), pair(5), pair(8)) + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
  );
}

/**
 * The midnight of a day in the proleptic Gregorian calendar, in ms since 1970; NaN for an invalid day. Does not use
 * `new Date`, which Next's server replaces with a slower one, as this runs twice per message. Years begin in March
 * here, so that the leap day is the last.
 */
function midnight(year: number, month: number, day: number): number {
  const isDay = day > 0 && day <= (DAYS_OF_MONTHS[month - 1] ?? 0) && (month !== 2 || day < 29 || isLeap(year));
  if (!isDay) return Number.NaN;
  const from = month > 2 ? year : year - 1;
  const before = 365 * from + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  const ofYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (before + ofYear - 719_468) * DAY_MS;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
