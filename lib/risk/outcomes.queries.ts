import sql, { type Sql } from "sql-template-tag";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { CHAMPION_AGO } from "./champion-record";
import type { OutcomeSubject } from "./outcomes.store";
import type { CUTOFFS_AGO } from "./track";

/** The groups of a cut-off's people or accounts that the track record counts and lists. */
export const SHOWN_OUTCOMES = ["all", "away", "flagged", "flaggedAway", "missed", "others"] as const;
export type ShownOutcomes = (typeof SHOWN_OUTCOMES)[number];
const SHOWN: Record<ShownOutcomes, Sql> = {
  all: sql`true`,
  away: sql`o.away`,
  flagged: sql`o.flagged`,
  flaggedAway: sql`o.flagged AND o.away`,
  missed: sql`o.away AND NOT o.flagged`,
  others: sql`NOT o.flagged`,
};

export type OutcomeSelection = { subject: OutcomeSubject; ago: (typeof CUTOFFS_AGO)[number]; shown: ShownOutcomes };
/** `handle`: a person's id for display and URLs; null for accounts. */
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
 * since then. risk_outcomes_ago_idx, and a probe of the facts each; O(from + limit), at most 20,000.
 */
export async function outcomesOf(
  scope: Scope,
  { subject, ago, shown }: OutcomeSelection,
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

/** What has happened in the last 60 days to accounts whose champion was quiet then, and to others with a champion. */
export type ChampionRecord = { quiet: number; quietLost: number; others: number; othersLost: number };

/** The track record of the warning about quiet champions. risk_outcomes_ago_idx; O(accounts). */
export async function championRecord(scope: Scope): Promise<ChampionRecord> {
  const { rows } = await reading(scope).query<ChampionRecord>(sql`
    SELECT count(*) FILTER (WHERE o.flagged)::int AS quiet,
           count(*) FILTER (WHERE o.flagged AND o.away)::int AS "quietLost",
           count(*) FILTER (WHERE NOT o.flagged)::int AS others,
           count(*) FILTER (WHERE NOT o.flagged AND o.away)::int AS "othersLost"
      FROM risk_outcomes o JOIN account_facts f ON f.project_id = o.project_id AND f.account_id = o.id
     WHERE o.project_id = ${scope.projectId} AND o.subject = 'champions' AND o.ago = ${CHAMPION_AGO}`);
  return rows[0] ?? { quiet: 0, quietLost: 0, others: 0, othersLost: 0 };
}
