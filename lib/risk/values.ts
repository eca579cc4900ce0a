/** People with most days are read from: each has at most two years of days, and all together so many. */
export const MAX_DAYS = 730;
export const MAX_SAMPLE = 20_000;
export const MAX_SAMPLE_DAYS = 2_000_000;
export const READ_PEOPLE = 1_000;
/** Events named so are errors; the same to Postgres. */
export const ERRORS = /(^|[^a-z])(error|exception|crash|failed|failure)([^a-z]|$)/i;
/** Without revenue, a value is on how many days they were active in so many, up to the last one. */
export const VALUE_DAYS = 90;

/**
 * What losing them costs, for the order of the list: revenue in minor units, and among those without any, active days.
 * `revenue` null: the project records none.
 */
export const worthOf = (revenue: number | null, activeDays: number): number =>
  revenue === null ? activeDays : Math.max(0, revenue) + activeDays / 1_000;
