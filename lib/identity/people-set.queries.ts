import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { lanesIn } from "./lanes.queries";

/**
 * Newest rows of everybody that a filtered list checks one by one before it looks up the filter's people instead; about
 * 50 ms.
 */
export const MAX_ASKED = 3_000;

/**
 * The people that a list of events or visits is filtered to. The list walks everybody's newest rows and checks each
 * person with `has`; usually that fills a page soon. If not, it evaluates `ctes`: `few_members` (person) holds all of
 * them when `isFew` is true, and the list reads each of theirs; otherwise the walk goes on. Postgres skips the parts it
 * does not reach.
 */
export type PeopleSet = { ctes: Sql[]; isFew: Sql; has: (person: Sql) => Sql };

/** The lanes of everybody in few_members. */
export const lanesOfFew = (scope: Scope): Sql => lanesIn(scope, sql`few_members`);
