/**
 * Human-readable times. Pure, and without a locale's patterns, which differ between Node and browsers: the browser must
 * hydrate exactly what the server rendered. All inputs are milliseconds; `zone` is an IANA name.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Mean Gregorian month and year: good enough for "3 months ago". */
const MONTH_MS = 30.436875 * DAY_MS;
const YEAR_MS = 365.2425 * DAY_MS;

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const WEEKDAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

type Parts = {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
};

const formatters = new Map<string, Intl.DateTimeFormat>();
/** Offsets by zone and UTC day, in ms; null on the few days with a clock change. */
const offsets = new Map<string, Map<number, number | null>>();
/** The most zones and days cached: new spellings of zones cause evictions, not growth. */
const MAX_ZONES = 500;
const MAX_DAYS = 20_000;

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formatters.size >= MAX_ZONES) for (const cache of [formatters, offsets]) cache.clear();
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The offset from Intl: some ten microseconds, too slow to compute a hundred thousand times for a year of events. */
function readOffset(ts: number, zone: string): number {
  const found: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(ts)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ts / 1000) * 1000;
}

/**
 * The zone's offset from UTC at that moment, in milliseconds. Intl is called once per zone and UTC day: no zone changes
 * its clocks twice within one, so a day that ends with the offset it started with has only one.
 */
export function offsetMs(ts: number, zone: string): number {
  if (zone === "UTC") return 0;
  const day = Math.floor(ts / DAY_MS);
  let days = offsets.get(zone);
  if (!days) {
    days = new Map();
    offsets.set(zone, days);
  }
  let offset = days.get(day);
  if (offset === undefined) {
    const start = readOffset(day * DAY_MS, zone);
    offset = start === readOffset((day + 1) * DAY_MS, zone) ? start : null;
    if (days.size >= MAX_DAYS) days.clear();
    days.set(day, offset);
  }
  return offset ?? readOffset(ts, zone);
}

/**
 * The longest unit, in ms, on whose multiples all hours and days of the zone between two moments start: an hour for
 * most zones, half an hour or a quarter for some. O(days).
 */
export function commonStepMs(zone: string, from: number, to: number): number {
  let step = HOUR_MS;
  for (let ts = from; ts < to + DAY_MS; ts += DAY_MS) step = commonDivisor(step, Math.abs(offsetMs(ts, zone)));
  return step;
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Days in 400 years, after which the calendar repeats, and from 1 March 2000, a leap year's, back to 1970. */
const ERA_DAYS = 146_097;
const MARCH_2000 = 11_017;
const MONTHS_FROM_MARCH = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

/** By arithmetic instead of Date: Next tracks every Date created while rendering, which is most of its cost. */
function partsOf(ts: number, zone: string): Parts {
  const local = Math.floor((ts + offsetMs(ts, zone)) / 1000);
  const days = Math.floor(local / 86_400);
  const rest = local - days * 86_400;
  const sinceMarch = days - MARCH_2000;
  const era = Math.floor(sinceMarch / ERA_DAYS);
  const ofEra = sinceMarch - era * ERA_DAYS;
  // A leap day ends a year that starts in March: every fourth year's, except the hundredth's, but including the
  // four-hundredth's.
  const years = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * years + Math.floor(years / 4) - Math.floor(years / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  return {
    year: 2000 + 400 * era + years + (fromMarch >= 10 ? 1 : 0),
    month: fromMarch < 10 ? fromMarch + 3 : fromMarch - 9,
    day: ofYear - (MONTHS_FROM_MARCH[fromMarch] as number) + 1,
    weekday: (((days + 4) % 7) + 7) % 7,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
  };
}

const two = (value: number): string => String(value).padStart(2, "0");

/** "14:03" */
export function formatTime(ts: number, zone: string): string {
  const { hour, minute } = partsOf(ts, zone);
  return `${two(hour)}:${two(minute)}`;
}

/** "14:03:05" */
export const formatTimeWithSeconds = (ts: number, zone: string): string =>
  `${formatTime(ts, zone)}:${two(partsOf(ts, zone).second)}`;

/** "12 Mar 2026" */
export function formatDate(ts: number, zone: string): string {
  const { day, month, year } = partsOf(ts, zone);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

/** "12 Mar 2026, 14:03" */
export const formatDateTime = (ts: number, zone: string): string => `${formatDate(ts, zone)}, ${formatTime(ts, zone)}`;

/** "Mar 2026" */
export function formatMonth(ts: number, zone: string): string {
  const { month, year } = partsOf(ts, zone);
  return `${MONTHS[month - 1]} ${year}`;
}

/** "12 Mar" */
export function formatDay(ts: number, zone: string): string {
  const { day, month } = partsOf(ts, zone);
  return `${day} ${MONTHS[month - 1]}`;
}

/** "Thu 12 Mar 2026, 14:03:05 (Europe/Berlin)": the exact form of a relative time. */
export function formatExactTime(ts: number, zone: string): string {
  const { weekday, hour, minute, second } = partsOf(ts, zone);
  return `${WEEKDAYS[weekday]} ${formatDate(ts, zone)}, ${two(hour)}:${two(minute)}:${two(second)} (${zone})`;
}

/** "2026-03-12", the UTC day of `ms`. */
export const utcDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The UTC days of rows, each once. */
export const utcDays = (rows: readonly { ts: number }[]): string[] => [...new Set(rows.map(({ ts }) => utcDay(ts)))];

/** The number of the UTC day of a time in ms: days since 1970-01-01, a Thursday. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);
export const msOf = (day: number): number => day * DAY_MS;
export const isoDay = (day: number): string => utcDay(msOf(day));

export const DAYS_A_WEEK = 7;
/** The Monday of a day's week, which runs from Monday to Sunday in UTC. */
export const mondayOfWeek = (day: number): number => day - ((((day + 3) % DAYS_A_WEEK) + DAYS_A_WEEK) % DAYS_A_WEEK);
export const isSunday = (day: number): boolean => mondayOfWeek(day) + DAYS_A_WEEK - 1 === day;

/** "2026-03-12": the same for a whole day in `zone`. */
export function dayKey(ts: number, zone: string): string {
  const { year, month, day } = partsOf(ts, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/** "Today", "Yesterday", "Thu 12 Mar", with the year if it differs from now's. */
export function dayLabel(ts: number, now: number, zone: string): string {
  const key = dayKey(ts, zone);
  if (key === dayKey(now, zone)) return "Today";
  // By the calendar: yesterday may have had 23 hours.
  if (key === new Date(Date.parse(dayKey(now, zone)) - DAY_MS).toISOString().slice(0, 10)) return "Yesterday";
  const { weekday, day, month, year } = partsOf(ts, zone);
  const sameYear = year === partsOf(now, zone).year;
  return `${WEEKDAYS[weekday]} ${day} ${MONTHS[month - 1]}${sameYear ? "" : ` ${year}`}`;
}

const plural = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;

/** The length in its largest unit: "3 days", "1 hour", "a moment" under a minute. */
export function formatRoughDuration(ms: number): string {
  if (ms < MINUTE_MS) return "a moment";
  if (ms < HOUR_MS) return plural(Math.floor(ms / MINUTE_MS), "minute");
  if (ms < DAY_MS) return plural(Math.floor(ms / HOUR_MS), "hour");
  if (ms < 2 * WEEK_MS) return plural(Math.floor(ms / DAY_MS), "day");
  if (ms < 2 * MONTH_MS) return plural(Math.floor(ms / WEEK_MS), "week");
  if (ms < YEAR_MS) return plural(Math.floor(ms / MONTH_MS), "month");
  return plural(Math.floor(ms / YEAR_MS), "year");
}

/**
 * "just now", "4 min ago", "3 h ago", "2 days ago", then weeks, months and years. A time in the future (a wrong clock)
 * is "just now".
 */
export function formatRelativeTime(ts: number, now: number): string {
  const ago = now - ts;
  if (ago < MINUTE_MS) return "just now";
  if (ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  if (ago < DAY_MS) return `${Math.floor(ago / HOUR_MS)} h ago`;
  return `${formatRoughDuration(ago)} ago`;
}

/** The duration of a visit: "42 s", "3 min 10 s", "1 h 5 min". */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Whether this runtime knows the time zone. For the value of a cookie. */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}
