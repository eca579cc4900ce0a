import { createHash } from "node:crypto";
import type { Sql } from "sql-template-tag";

const names = new Map<string, string>();

/**
 * A query that Postgres parses and plans once per connection: for hot statements only. The name is derived from the
 * text, so the same statement has the same name everywhere. Static texts only, or the map would grow without bound.
 */
export function prepared(query: Sql): { name: string; text: string; values: unknown[] } {
  const text = query.text;
  let name = names.get(text);
  if (!name) {
    name = createHash("sha1").update(text).digest("base64url");
    names.set(text, name);
  }
  return { name, text, values: query.values };
}

/** Milliseconds in the form that Postgres reads as timestamptz; ±Infinity at the ends of a span; null stays null. */
export function timestamp(ms: number | null): string | null {
  if (ms === null) return null;
  if (ms === Number.POSITIVE_INFINITY) return "infinity";
  if (ms === Number.NEGATIVE_INFINITY) return "-infinity";
  return new Date(ms).toISOString();
}
