import sql, { empty, join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import { PAGE_VIEW_NAMES } from "@/lib/format/event-names";
import { shownText } from "@/lib/reading/shown-text.queries";
import type { Reader } from "@/lib/scope";
import type { TimelineFilter } from "./types";

/** A LIKE pattern for any part of a text. */
export const containsPattern = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

/**
 * The filter on events `e`, as further conditions for WHERE; empty if it filters nothing. No index helps: the person's
 * lanes are read in order until the page is full, so rare matches cost O(the person's events).
 */
export function matchingSql(reader: Reader, filter: TimelineFilter | undefined): Sql {
  if (!filter) return empty;
  const { names, page, hidePages, conversions, property, search, since, till, sessionId } = filter;
  const conditions: Sql[] = [];
  if (names) conditions.push(sql`e.kind = 'event' AND e.name = ANY(${names})`);
  if (page !== undefined)
    conditions.push(sql`e.kind = 'event' AND e.name = ANY(${PAGE_VIEW_NAMES}) AND e.path = ${page}`);
  if (hidePages) conditions.push(sql`NOT (e.kind = 'event' AND e.name = ANY(${PAGE_VIEW_NAMES}))`);
  if (conversions) conditions.push(sql`e.kind = 'event' AND (e.revenue IS NOT NULL OR e.name = ANY(${conversions}))`);
  if (property) {
    const value = propertyText(property.key);
    conditions.push(
      property.value === null ? sql`${value} IS NOT NULL` : sql`lower(${value}) = lower(${property.value})`,
    );
  }
  if (since !== undefined) conditions.push(sql`e.ts >= ${timestamp(since)}::timestamptz`);
  if (till !== undefined) conditions.push(sql`e.ts < ${timestamp(till)}::timestamptz`);
  if (sessionId) conditions.push(sql`e.session_id = ${sessionId}::uuid`);
  if (search) {
    const pattern = containsPattern(search);
    conditions.push(
      sql`(${shownText(reader, sql`e.name`)} ILIKE ${pattern} OR e.path ILIKE ${pattern} OR e.title ILIKE ${pattern}
           OR e.properties::text ILIKE ${pattern})`,
    );
  }
  return conditions.length === 0 ? empty : sql`AND ${join(conditions, " AND ")}`;
}

/** A property of `e` as text, by its key or, for nested ones, its dotted path. */
export const propertyText = (key: string): Sql =>
  sql`coalesce(e.properties ->> ${key}::text, e.properties #>> ${key.split(".")}::text[])`;
