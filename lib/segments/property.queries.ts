import sql, { join, type Sql } from "sql-template-tag";
import { escapeLike } from "@/lib/db/search-text.queries";
import { timestamp } from "@/lib/db/statement";
import type { PropertiesAt } from "@/lib/profiles/filter";
import type { PropertyCondition, TextTest, TimeTest } from "./rule";

const DAY_MS = 86_400_000;

/** Negates a condition. A condition may be NULL, which counts as false. */
export const notSql = (condition: Sql): Sql => sql`((${condition}) IS NOT TRUE)`;

/** `a OR b`; false if there are none. */
export const orSql = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? sql`false` : sql`(${join(conditions, " OR ")})`;
export const andSql = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? sql`true` : sql`(${join(conditions, " AND ")})`;

/** A moment of a rule in ms; a day alone means its start in UTC. */
export const momentMs = (at: string): number => Date.parse(at);

/** The moment `days` ago. */
export const daysBefore = (now: number, days: number): string => timestamp(now - days * DAY_MS) as string;

/**
 * A condition on one property of a flat document. Equality and lists are containment (@>), which a GIN index answers;
 * key and values are bound. On a sparse document, conditions that only match people with properties repeat the index's
 * predicate.
 *
 * For masked sight this reads the stored document, which has the indexes, so it must not reveal more than the view does
 * (docs/decisions/0124-masked-filters.md): a value with an address in it equals and contains nothing. Keys that the
 * reader may not see never get here (`absentSql`).
 */
export function propertySql(
  condition: PropertyCondition,
  { props, sparse, masked = false, computed = false }: PropertiesAt,
  now: number,
): Sql {
  const { key } = condition;
  const some = (positive: Sql): Sql => (sparse ? sql`(${props} <> '{}' AND ${positive})` : positive);
  /** Contains one of the documents. An index looks them up one by one. */
  const holdsAny = (documents: Sql[]): Sql =>
    computed && documents.length > 1
      ? some(sql`${props} @> ANY (ARRAY[${join(documents, ", ")}])`)
      : orSql(documents.map((one) => some(sql`${props} @> ${one}`)));
  const documentOf = (json: string): Sql => sql`${`{${JSON.stringify(key)}:${json}}`}::jsonb`;
  /** A chosen value, in each form it may be stored in. */
  const isOne = (chosen: string): Sql => holdsAny(formsOf(chosen).map(documentOf));
  const hasOne = (chosen: string): Sql => holdsAny(formsOf(chosen).map((form) => documentOf(`[${form}]`)));
  const formsOf = (chosen: string) => (masked && HAS_ADDRESS.test(chosen) ? [] : storedForms(chosen));
  const stored = sql`${props} -> ${key}::text`;
  const value = masked ? sql`(CASE WHEN (${stored})::text !~ ${HAS_ADDRESS.source} THEN ${stored} END)` : stored;
  /** Is a number, or the equal text. */
  const equals = (number: number): Sql =>
    holdsAny([documentOf(JSON.stringify(number)), sql`jsonb_object(ARRAY[${key}::text, ${number}::numeric::text])`]);
  const text = textOf(value);
  switch (condition.type) {
    case "text":
      switch (condition.is) {
        case "oneOf":
          return orSql(condition.values.map(isOne));
        case "noneOf":
          return notSql(orSql(condition.values.map(isOne)));
        default:
          return condition.is === "notContains" ? likeSql(condition, text) : some(likeSql(condition, text));
      }
    case "number":
      return numberSql(condition, { equals, number: numberOf(value), some });
    case "date":
      return condition.is === "notInLast"
        ? timeSql(condition, sql`iso_time(${text})`, now)
        : some(timeSql(condition, sql`iso_time(${text})`, now));
    case "boolean":
      return isOne(condition.is);
    case "list":
      if (condition.is === "hasAll") return andSql(condition.values.map(hasOne));
      return condition.is === "hasAny"
        ? orSql(condition.values.map(hasOne))
        : notSql(orSql(condition.values.map(hasOne)));
    case "any":
      return condition.is === "set" ? some(sql`${props} ? ${key}::text`) : notSql(sql`${props} ? ${key}::text`);
  }
}

/** Possible addresses, as in masked_text. */
const HAS_ADDRESS = /@|%40/;

/** A condition as it holds for an absent property: Postgres evaluates it once and reads nothing. */
export const absentSql = (condition: PropertyCondition, now: number): Sql =>
  propertySql(condition, { props: sql`'{}'::jsonb`, sparse: false, sets: "probe" }, now);

type NumberCondition = Extract<PropertyCondition, { type: "number" }>;
type NumberAt = { equals: (value: number) => Sql; number: Sql; some: (positive: Sql) => Sql };

function numberSql(condition: NumberCondition, { equals, number, some }: NumberAt): Sql {
  if (condition.is === "between")
    return some(sql`(${number}) BETWEEN ${condition.min}::numeric AND ${condition.max}::numeric`);
  const bound = sql`${condition.value}::numeric`;
  switch (condition.is) {
    case "eq":
      return equals(condition.value);
    case "ne":
      return notSql(equals(condition.value));
    case "lt":
      return some(sql`(${number}) < ${bound}`);
    case "le":
      return some(sql`(${number}) <= ${bound}`);
    case "gt":
      return some(sql`(${number}) > ${bound}`);
    case "ge":
      return some(sql`(${number}) >= ${bound}`);
  }
}

type CountTest = { is: "atLeast" | "atMost" | "exactly"; n: number };
type TextColumnTest = { is: "oneOf" | "noneOf"; values: string[] } | TextTest | { is: "set" | "notSet" };

/** A test on a column with a count or a text. */
export const columnTestSql = (test: CountTest | TextColumnTest, column: Sql): Sql =>
  "n" in test ? countSql(column, test.is, test.n) : textSql(test, column);

/** A test on a text that is stored as a column. Parts of it are sought in `searched`. */
export function textSql(test: TextColumnTest, value: Sql, searched = value): Sql {
  switch (test.is) {
    case "oneOf":
      return sql`${value} = ANY(${test.values}::text[])`;
    case "noneOf":
      return notSql(sql`${value} = ANY(${test.values}::text[])`);
    case "set":
      return sql`${value} IS NOT NULL`;
    case "notSet":
      return sql`${value} IS NULL`;
    default:
      return likeSql(test, searched);
  }
}

/** A test on a count, or another number that everybody has. */
export function countSql(count: Sql, is: CountTest["is"], n: number | Sql): Sql {
  if (is === "exactly") return sql`${count} = ${n}`;
  return is === "atLeast" ? sql`${count} >= ${n}` : sql`${count} <= ${n}`;
}

/** A case-insensitive test on a text. */
function likeSql({ is, value }: TextTest, text: Sql): Sql {
  const part = escapeLike(value.toLowerCase());
  const like = (pattern: string): Sql => sql`lower(${text}) LIKE ${pattern}`;
  switch (is) {
    case "contains":
      return like(`%${part}%`);
    case "notContains":
      return notSql(like(`%${part}%`));
    case "startsWith":
      return like(`${part}%`);
    case "endsWith":
      return like(`%${part}`);
  }
}

/** A test on a time. "not in the last n days" also holds for people without one. */
export function timeSql(condition: TimeTest, time: Sql, now: number): Sql {
  switch (condition.is) {
    case "before":
      return sql`(${time}) < ${timestamp(momentMs(condition.at))}::timestamptz`;
    case "since":
      return sql`(${time}) >= ${timestamp(momentMs(condition.at))}::timestamptz`;
    default: {
      const recent = sql`(${time}) >= ${daysBefore(now, condition.days)}::timestamptz`;
      return condition.is === "inLast" ? recent : notSql(recent);
    }
  }
}

/**
 * Conditions read a stored value by its content, not by its JSON type, because senders mix 42 and "42". Any single
 * value is read as text; a text that is a plain number, or true or false, is also read as that.
 */

/** A number in Postgres' notation: no exponent, no trailing zeros. In the syntax that Postgres and JavaScript share. */
const PLAIN_NUMBER = /^(0|-?([1-9][0-9]*|(0|[1-9][0-9]*)\.[0-9]*[1-9]))$/;
/** Longer texts are not numbers: numeric takes at most 16,383 digits after the point. */
export const MAX_DIGITS = 512;

/** A single value as text; NULL for lists and objects. */
export const textOf = (value: Sql): Sql =>
  sql`CASE jsonb_typeof(${value}) WHEN 'string' THEN (${value}) #>> '{}' WHEN 'boolean' THEN (${value})::text
      WHEN 'number' THEN trim_scale((${value})::numeric)::text END`;

/** A single value as a number; NULL for anything that is not written as one. */
export const numberOf = (value: Sql): Sql =>
  sql`CASE jsonb_typeof(${value}) WHEN 'number' THEN (${value})::numeric WHEN 'string' THEN
      CASE WHEN ${isPlainNumber(sql`(${value}) #>> '{}'`)} THEN ((${value}) #>> '{}')::numeric END END`;

/** The first character rules out most texts, "-" to "9", which is far cheaper than the pattern. */
export const isPlainNumber = (text: Sql): Sql =>
  sql`(ascii(${text}) BETWEEN 45 AND 57 AND length(${text}) <= ${MAX_DIGITS} AND ${text} ~ ${PLAIN_NUMBER.source})`;

/**
 * The JSON forms in which a value chosen by its text may be stored: the text, and the number or boolean that reads like
 * it.
 */
export function storedForms(chosen: string): string[] {
  const text = JSON.stringify(chosen);
  const isOther = chosen === "true" || chosen === "false" || PLAIN_NUMBER.test(chosen);
  return isOther ? [text, chosen] : [text];
}
