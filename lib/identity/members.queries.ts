import sql, { type Sql } from "sql-template-tag";
import type { Scope } from "@/lib/scope";
import { lanesIn } from "./lanes.queries";

/** Of a list of what rule's people did, so many of everybody's newest rows are asked about before the people are looked for; some 50 ms. */
export const MAX_ASKED = 3_000;

/**
 * The people a list of what people did is kept to. `has` asks for one person alone, while a walk over what everybody did fills a
 * page soon. Where it does not, `ctes` work out `few_members` (person): everybody where `isFew` is true, who are then gone to one by
 * one; else the walk goes on. What is not come to is not worked out.
 */
export type Members = { ctes: Sql[]; isFew: Sql; has: (person: Sql) => Sql };

/** Of few_members. */
export const lanesOfFew = (scope: Scope): Sql => lanesIn(scope, sql`few_members`);
