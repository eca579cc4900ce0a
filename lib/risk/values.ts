/** Bounds on the sample: two years of days per person, 20,000 people or accounts, and so many days in all. */
export const MAX_DAYS = 730;
export const MAX_SAMPLE = 20_000;
export const MAX_SAMPLE_DAYS = 2_000_000;
/** People or accounts read per statement. */
export const READ_PEOPLE = 1_000;
/** Events with such names are errors; the pattern means the same to Postgres. */
export const ERRORS = /(^|[^a-z])(error|exception|crash|failed|failure)([^a-z]|$)/i;
/** Without revenue, the value is the number of active days in this many, up to the last one. */
export const VALUE_DAYS = 90;

/**
 * The cost of losing a person or account, for the order of lists: revenue in minor units, then active days. `revenue`
 * null: the project records none.
 */
export const worthOf = (revenue: number | null, activeDays: number): number =>
  revenue === null ? activeDays : Math.max(0, revenue) + activeDays / 1_000;
