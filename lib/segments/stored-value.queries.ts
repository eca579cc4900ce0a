import sql, { type Sql } from "sql-template-tag";

/**
 * How conditions read a stored value: by what it says, not by its JSON type, because senders mix 42 and "42". Any
 * single value is read as text; a text that is written as a plain number, or as true or false, is read as that too.
 */

/** A number as Postgres writes it: no exponent, no zeros at its end. In the syntax Postgres and JavaScript share. */
const PLAIN_NUMBER = /^(0|-?([1-9][0-9]*|(0|[1-9][0-9]*)\.[0-9]*[1-9]))$/;
/** A longer text is no number: numeric takes at most 16,383 digits behind the point. */
export const MAX_DIGITS = 512;

/** A single value as text; NULL for lists and objects. */
export const textOf = (value: Sql): Sql =>
  sql`CASE jsonb_typeof(${value}) WHEN 'string' THEN (${value}) #>> '{}' WHEN 'boolean' THEN (${value})::text
      WHEN 'number' THEN trim_scale((${value})::numeric)::text END`;

/** NULL for what is not written as a number. */
export const numberOf = (value: Sql): Sql =>
  sql`CASE jsonb_typeof(${value}) WHEN 'number' THEN (${value})::numeric WHEN 'string' THEN
      CASE WHEN ${isPlainNumber(sql`(${value}) #>> '{}'`)} THEN ((${value}) #>> '{}')::numeric END END`;

/** Most texts are ruled out by their first character, "-" to "9", which is far cheaper than the pattern. */
export const isPlainNumber = (text: Sql): Sql =>
  sql`(ascii(${text}) BETWEEN 45 AND 57 AND length(${text}) <= ${MAX_DIGITS} AND ${text} ~ ${PLAIN_NUMBER.source})`;

/**
 * What a value that was chosen by its text may be stored as, in JSON: the text, and the number or truth that reads like
 * it.
 */
export function storedForms(chosen: string): string[] {
  const text = JSON.stringify(chosen);
  const isOther = chosen === "true" || chosen === "false" || PLAIN_NUMBER.test(chosen);
  return isOther ? [text, chosen] : [text];
}
