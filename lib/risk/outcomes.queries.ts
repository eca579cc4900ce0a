import sql, { type Sql } from "sql-template-tag";
import { reading } from "@/lib/db/reading";
import type { Scope } from "@/lib/scope";
import type { Subject } from "./outcomes.store";
import type { CUTOFFS_AGO } from "./track";

/** The part of a cut-off's people or accounts that a number of the track record counts. */
export const SHOWN_OUTCOMES = ["all", "away", "flagged", "flaggedAway", "missed"] as const;
export type ShownOutcomes = (typeof SHOWN_OUTCOMES)[number];
const SHOWN: Record<ShownOutcomes, Sql> = {
  all: sql`true`,
  away: sql`o.away`,
  flagged: sql`o.flagged`,
  flaggedAway: sql`o.flagged AND o.away`,
  missed: sql`o.away AND NOT o.flagged`,
};

export type OutcomesAsked = { subject: Subject; ago: (typeof CUTOFFS_AGO)[number]; shown: ShownOutcomes };
/** `handle`: of a person, the id that names them. */
export type OutcomeShown = {
  id: string;
  handle: string | null;
  name: string | null;
  probability: number;
  flagged: boolean;
  away: boolean;
};

/**
 * The people or accounts behind a number of the track record, the least likely to return first, without those erased
 * since then. risk_outcomes_ago_idx, and a probe of the facts each; O(those before, at most 20,000).
 */
export async function outcomesOf(
  scope: Scope,
  { subject, ago, shown }: OutcomesAsked,
  { from, limit }: { from: number; limit: number },
): Promise<OutcomeShown[]> {
  const facts =
    subject === "people"
      ? sql`JOIN profile_facts f ON f.project_id = o.project_id AND f.person = o.id::bigint`
      : sql`JOIN account_facts f ON f.project_id = o.project_id AND f.account_id = o.id`;
  const named =
    subject === "people" ? sql`f.handle, coalesce(f.name, f.email) AS name` : sql`NULL AS handle, f.name AS name`;
  const { rows } = await reading(scope).query<OutcomeShown>(sql`
    SELECT o.id, ${named}, o.probability, o.flagged, o.away
      FROM risk_outcomes o ${facts}
     WHERE o.project_id = ${scope.projectId} AND o.subject = ${subject} AND o.ago = ${ago} AND ${SHOWN[shown]}
     ORDER BY o.probability, o.id
     LIMIT ${limit} OFFSET ${from}`);
  return rows;
}
