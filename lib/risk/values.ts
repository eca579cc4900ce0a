/** Bounds on the days read: each person has at most two years of days, and all together this many. */
export const MAX_DAYS = 730;
export const MAX_SAMPLE = 20_000;
export const MAX_SAMPLE_DAYS = 2_000_000;
export const READ_PEOPLE = 1_000;
/** Events with such names are errors; the pattern means the same to Postgres. */
export const ERRORS = /(^|[^a-z])(error|exception|crash|failed|failure)([^a-z]|$)/i;
/** Without revenue, the value is the number of active days in this many, up to the last one. */
export const VALUE_DAYS = 90;

/**
 * The cost of losing them, for the order of the list: revenue in minor units, then active days for people without any.
 * `revenue` null: the project records none.
 */
export const worthOf = (revenue: number | null, activeDays: number): number =>
  revenue === null ? activeDays : Math.max(0, revenue) + activeDays / 1_000;
