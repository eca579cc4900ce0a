import sql, { join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { Json } from "@/lib/ingest/operation";
import type { PropertiesAt } from "@/lib/profiles/filter";
import type { PropertyCondition } from "./rule";

const DAY_MS = 86_400_000;

/** Positive conditions may be NULL, which counts as false; a negation is made of one by this. */
export const not = (condition: Sql): Sql => sql`((${condition}) IS NOT TRUE)`;

/** `a OR b`; what is true of none when there are none. */
export const or = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? sql`false` : sql`(${join(conditions, " OR ")})`;
export const and = (conditions: Sql[]): Sql =>
  conditions.length === 0 ? sql`true` : sql`(${join(conditions, " AND ")})`;

/** Any text as a LIKE pattern that matches exactly it. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/** A moment of a rule in ms: a day alone is its beginning in UTC. */
export const momentMs = (at: string): number => Date.parse(at);

/** `days` ago. */
export const daysBefore = (now: number, days: number): string => timestamp(now - days * DAY_MS) as string;

/**
 * A condition on one property of a flat document. Equality and lists are containment (@>), which a GIN index answers; key and
 * values are bound. On a sparse document whatever only those with properties can match names the index by its predicate.
 */
export function propertySql(condition: PropertyCondition, { props, sparse }: PropertiesAt, now: number): Sql {
  const { key } = condition;
  const some = (positive: Sql): Sql => (sparse ? sql`(${props} <> '{}' AND ${positive})` : positive);
  const holds = (json: string): Sql => some(sql`${props} @> ${`{${JSON.stringify(key)}:${json}}`}::jsonb`);
  const has = (value: Json): Sql => holds(JSON.stringify(value));
  /** A value as it was chosen, in each form it may have been stored in. */
  const isOne = (chosen: string): Sql => or(storedForms(chosen).map(holds));
  const hasOne = (chosen: string): Sql => or(storedForms(chosen).map((form) => holds(`[${form}]`)));
  const value = sql`${props} -> ${key}::text`;
  const text = sql`CASE WHEN jsonb_typeof(${value}) = 'string' THEN ${props} ->> ${key}::text END`;
  switch (condition.type) {
    case "text":
      switch (condition.is) {
        case "oneOf":
          return or(condition.values.map(isOne));
        case "noneOf":
          return not(or(condition.values.map(isOne)));
        default:
          return condition.is === "notContains" ? likeSql(condition, text) : some(likeSql(condition, text));
      }
    case "number": {
      const number = sql`CASE WHEN jsonb_typeof(${value}) = 'number' THEN (${value})::numeric END`;
      if (condition.is === "between")
        return some(sql`(${number}) BETWEEN ${condition.min}::numeric AND ${condition.max}::numeric`);
      const bound = sql`${condition.value}::numeric`;
      switch (condition.is) {
        case "eq":
          return has(condition.value);
        case "ne":
          return not(has(condition.value));
        case "lt":
          return some(sql`(${number}) < ${bound}`);
        case "le":
          return some(sql`(${number}) <= ${bound}`);
        case "gt":
          return some(sql`(${number}) > ${bound}`);
        default:
          return some(sql`(${number}) >= ${bound}`);
      }
    }
    case "date":
      return condition.is === "notInLast"
        ? timeSql(condition, sql`iso_time(${text})`, now)
        : some(timeSql(condition, sql`iso_time(${text})`, now));
    case "boolean":
      return has(condition.is === "true");
    case "list":
      if (condition.is === "hasAll") return and(condition.values.map(hasOne));
      return condition.is === "hasAny" ? or(condition.values.map(hasOne)) : not(or(condition.values.map(hasOne)));
    case "any":
      return condition.is === "set" ? some(sql`${props} ? ${key}::text`) : not(sql`${props} ? ${key}::text`);
  }
}

/** A number as Postgres writes it: no zeros at its end, no exponent. */
const PLAIN_NUMBER = /^(?:0|-?(?:[1-9]\d*|0\.\d*[1-9]|[1-9]\d*\.\d*[1-9]))$/;

/**
 * What a value that was chosen by its text may be stored as, in JSON: the text, and the number or the truth that reads
 * like it. A property that is 42 for one and "42" for another is offered as one value, and found as one.
 */
function storedForms(chosen: string): string[] {
  const text = JSON.stringify(chosen);
  return chosen === "true" || chosen === "false" || PLAIN_NUMBER.test(chosen) ? [text, chosen] : [text];
}

type Like = { is: "contains" | "notContains" | "startsWith"; value: string };

/** Whatever the case. */
export function likeSql({ is, value }: Like, text: Sql): Sql {
  const pattern = literally(value.toLowerCase());
  if (is === "startsWith") return sql`lower(${text}) LIKE ${`${pattern}%`}`;
  const contains = sql`lower(${text}) LIKE ${`%${pattern}%`}`;
  return is === "contains" ? contains : not(contains);
}

type Timed = { is: "before" | "since"; at: string } | { is: "inLast" | "notInLast"; days: number };

/** "not in the last n days" holds for those who never did. */
export function timeSql(condition: Timed, time: Sql, now: number): Sql {
  switch (condition.is) {
    case "before":
      return sql`(${time}) < ${timestamp(momentMs(condition.at))}::timestamptz`;
    case "since":
      return sql`(${time}) >= ${timestamp(momentMs(condition.at))}::timestamptz`;
    default: {
      const recent = sql`(${time}) >= ${daysBefore(now, condition.days)}::timestamptz`;
      return condition.is === "inLast" ? recent : not(recent);
    }
  }
}
