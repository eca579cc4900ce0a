import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import type { Lull } from "./lull";
import type { Model } from "./model";
import { type StoredOutcome, storeOutcomes } from "./outcomes.store";
import type { Track } from "./track";

/**
 * The latest model of people, or of accounts. `size`: how many there were when it was fitted, not how many were
 * sampled: a refit follows their growth. `byRevenue`: whether their value is their revenue, otherwise their active
 * days.
 */
export type StoredPart = { model: Model | null; lull: Lull | null; tracks: Track[]; size: number; byRevenue: boolean };
/** `sweptTo`: the last person or account it has been applied to; null: all of them. `accounts` null: not fitted yet. */
export type StoredModel = {
  fittedOn: number;
  horizon: number;
  people: StoredPart & { sweptTo: number | null };
  accounts: (StoredPart & { sweptTo: string | null }) | null;
};
/** Newly fitted models. */
export type Fit = {
  fittedOn: number;
  horizon: number;
  people: StoredPart;
  accounts: StoredPart;
  outcomes: StoredOutcome[];
};

/** A project's models; null if none were fitted yet. Primary key. */
export async function storedModel(db: Database, projectId: string): Promise<StoredModel | null> {
  const { rows } = await db.query<StoredModel>(sql`
    SELECT fitted_on - DATE '1970-01-01' AS "fittedOn", horizon,
           json_build_object('model', model, 'lull', lull, 'tracks', tracks, 'size', people, 'byRevenue', by_revenue,
                             'sweptTo', swept_to) AS people,
           CASE WHEN accounts IS NOT NULL THEN
             json_build_object('model', account_model, 'lull', account_lull, 'tracks', account_tracks, 'size', accounts,
                               'byRevenue', accounts_by_revenue, 'sweptTo', accounts_swept_to) END AS accounts
      FROM risk_models WHERE project_id = ${projectId}`);
  return rows[0] ?? null;
}

/**
 * Stores new models and the outcomes of their track records; they are applied to everybody, starting with the first.
 */
export async function storeModel(tx: Tx, projectId: string, { people, accounts, ...fit }: Fit): Promise<void> {
  await storeOutcomes(tx, projectId, fit.outcomes);
  await tx.query(sql`
    INSERT INTO risk_models (project_id, fitted_on, horizon, lull, model, tracks, people, by_revenue, swept_to,
                             account_lull, account_model, account_tracks, accounts, accounts_by_revenue,
                             accounts_swept_to)
    VALUES (${projectId}, DATE '1970-01-01' + ${fit.fittedOn}::int, ${fit.horizon},
            ${people.lull && JSON.stringify(people.lull)}::jsonb,
            ${people.model && JSON.stringify(people.model)}::jsonb, ${JSON.stringify(people.tracks)}::jsonb,
            ${people.size}, ${people.byRevenue}, 0,
            ${accounts.lull && JSON.stringify(accounts.lull)}::jsonb,
            ${accounts.model && JSON.stringify(accounts.model)}::jsonb, ${JSON.stringify(accounts.tracks)}::jsonb,
            ${accounts.size}, ${accounts.byRevenue}, '')
    ON CONFLICT (project_id) DO UPDATE
      SET (fitted_on, horizon, lull, model, tracks, people, by_revenue, swept_to, account_lull, account_model,
           account_tracks, accounts, accounts_by_revenue, accounts_swept_to)
        = (excluded.fitted_on, excluded.horizon, excluded.lull, excluded.model, excluded.tracks, excluded.people,
           excluded.by_revenue, excluded.swept_to, excluded.account_lull, excluded.account_model,
           excluded.account_tracks, excluded.accounts, excluded.accounts_by_revenue, excluded.accounts_swept_to)`);
}

/** Records how far the model of people has been applied; null: to everybody. */
export async function recordRiskSwept(tx: Tx, projectId: string, to: number | null): Promise<void> {
  await tx.query(sql`UPDATE risk_models SET swept_to = ${to}::bigint WHERE project_id = ${projectId}`);
}

/** Records how far the model of accounts has been applied; null: to all. */
export async function recordAccountRiskSwept(tx: Tx, projectId: string, to: string | null): Promise<void> {
  await tx.query(sql`UPDATE risk_models SET accounts_swept_to = ${to} WHERE project_id = ${projectId}`);
}
