import sql from "sql-template-tag";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { ALARM_IN_FORCE } from "./alarm.queries";
import type { Lull } from "./lull";
import type { RiskSubject } from "./outcomes.store";
import type { QuietReason } from "./reason";
import type { Track } from "./track";

/**
 * The state of a project's risk of people or accounts. `hasModel`: false if the fallback rule is used. `isChanging`:
 * not applied to everybody yet. `byRevenue`: their value is their revenue, otherwise their active days.
 */
export type RiskState = {
  /** The last day with data, "2026-11-26". */
  day: string;
  horizon: number;
  hasModel: boolean;
  /** Since when nearly everybody has been silent. */
  lull: Lull | null;
  isChanging: boolean;
  /** How many the model was fitted to. */
  people: number;
  byRevenue: boolean;
  tracks: Track[];
};

/** The state of a project's risk; null if the job has not reached it yet. Primary key. */
export async function riskState(scope: Scope, subject: RiskSubject = "people"): Promise<RiskState | null> {
  const { rows } = await reading(scope).query<RiskState>(
    subject === "people"
      ? sql`
        SELECT fitted_on::text AS day, horizon, lull, model IS NOT NULL AS "hasModel",
               swept_to IS NOT NULL AS "isChanging", people, tracks, by_revenue AS "byRevenue"
          FROM risk_models WHERE project_id = ${scope.projectId}`
      : sql`
        SELECT fitted_on::text AS day, horizon, account_lull AS lull, account_model IS NOT NULL AS "hasModel",
               swept_to IS NOT NULL OR accounts_swept_to IS NOT NULL AS "isChanging", accounts AS people,
               account_tracks AS tracks, accounts_by_revenue AS "byRevenue"
          FROM risk_models WHERE project_id = ${scope.projectId} AND accounts IS NOT NULL`,
  );
  return rows[0] ?? null;
}

/** Somebody going quiet. */
export type AtRisk = {
  /** Their user id; their ref is `u:` and this. */
  handle: string;
  name: string | null;
  email: string | null;
  lastSeen: number;
  /** Probability of a return within the horizon; null without a model. */
  probability: number | null;
  /** The day by which a return is 50 % likely; null if not within three horizons. */
  returnsBy: string | null;
  /** Their revenue in minor units, or active days in the 90 days up to their last one. */
  value: number;
  reason: QuietReason;
  cursor: { rank: number; person: number };
};

/**
 * Who is going quiet, highest expected loss first: the tab's list, with its figures. person_risk_alarm_idx, and a probe
 * of profile_facts_pkey each; O(limit).
 */
export async function atRisk(scope: Scope, limit: number, after?: AtRisk["cursor"]): Promise<AtRisk[]> {
  type Row = Omit<AtRisk, "cursor"> & AtRisk["cursor"];
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT f.handle, f.name, f.email, f.last_seen AS "lastSeen", r.probability, r.returns_by::text AS "returnsBy",
           r.value, r.reason, r.rank, r.person
      FROM person_risk r
      JOIN profile_facts f ON f.project_id = r.project_id AND f.person = r.person
     WHERE r.project_id = ${scope.projectId} AND ${ALARM_IN_FORCE}
       AND (r.rank, r.person) < (${after?.rank ?? "Infinity"}::real, ${after?.person ?? 0}::bigint)
     ORDER BY r.rank DESC, r.person DESC
     LIMIT ${limit}`);
  return rows.map(({ rank, person, ...row }) => ({ ...row, cursor: { rank, person } }));
}
