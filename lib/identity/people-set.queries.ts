import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { lanesIn } from "./lanes.queries";

/**
 * Rows, newest first, that a filtered list checks one by one before it looks up the filter's people instead: about
 * 50 ms of work.
 */
export const MAX_WALKED = 3_000;

/**
 * The people that a list of events or sessions is filtered to. The list walks everyone's newest rows and checks each
 * person with `has`, which usually fills a page quickly. If not, it evaluates `ctes`: if `isFew`, `selected_people`
 * (person) holds all of them and the list reads each one's rows; otherwise the walk continues. Postgres skips the parts
 * it does not reach.
 */
export type PeopleSet = { ctes: Sql[]; isFew: Sql; has: (person: Sql) => Sql };

/** The lanes of the people in selected_people. */
export const lanesOfSelected = (scope: Scope): Sql => lanesIn(scope, sql`selected_people`);
