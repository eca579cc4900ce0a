import sql, { type Sql } from "sql-template-tag";
import type { SoughtText } from "./search-patterns";

/**
 * Whether a search_text holds what was typed; rides on its trigram index. Where a number narrows it down the index is
 * asked for that alone: NOT LIKE … IS FALSE is LIKE to whoever reads a row and to whoever guesses how many there are,
 * but not to the index.
 */
export function textFound(searched: Sql, { patterns: [one, two, three], number }: SoughtText): Sql {
  if (number !== null) return sql`(${searched} LIKE ${number} AND (${searched} NOT LIKE ${one}) IS FALSE)`;
  return two === null
    ? sql`${searched} LIKE ${one}`
    : sql`(${searched} LIKE ${one} OR ${searched} LIKE ${two} OR ${searched} LIKE ${three})`;
}
