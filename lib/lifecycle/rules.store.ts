import sql from "sql-template-tag";
import type { Database, Tx } from "@/lib/db/pool";
import { prepared, timestamp } from "@/lib/db/statement";
import { NOT_INTERNAL } from "@/lib/identity/own-team.queries";
import type { LifecycleRule } from "./states";

/** The population's gap while fewer than MIN_HABITS people have a habit. */
const DEFAULT_GAP_DAYS = 7;
const MIN_HABITS = 20;
/** A change of the population's habit below this factor leaves everybody's thresholds unchanged. */
const RETUNE_FACTOR = 1.25;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Before the first person by number: visitors' are negative. */
const START = "-9223372036854775808";

export type StoredRule = {
  rule: LifecycleRule;
  /** The last person the rule has been applied to; null: all of them. */
  sweptTo: string | null;
  /** Whether a rule has been applied to everybody, so that all have a state. */
  ready: boolean;
  /** The last account the rule has been applied to; "": none yet; null: all of them. */
  accountsSweptTo: string | null;
  accountsReady: boolean;
};

/**
 * The current thresholds; creates them from the settings if a project has none. If nobody but `people`, whose states
 * are being computed, has facts yet, they already count as applied to everybody. Primary keys.
 */
export async function ensureRule(db: Database, projectId: string, people: readonly number[] = []): Promise<StoredRule> {
  const stored = await storedRule(db, projectId);
  if (stored) return stored;
  const rule = { ...(await settingsOf(db, projectId)), usualGapDays: DEFAULT_GAP_DAYS };
  await db.query(sql`
    INSERT INTO lifecycle_rules (project_id, rule, tuned_at, swept_to, ready)
    SELECT ${projectId}::uuid, ${JSON.stringify(rule)}::jsonb, ${timestamp(0)}::timestamptz,
           CASE WHEN others THEN ${START}::bigint END, NOT others
      FROM (SELECT EXISTS (SELECT 1
                             FROM profile_facts
                            WHERE project_id = ${projectId} AND person <> ALL(${people}::bigint[])) AS others) q
    ON CONFLICT DO NOTHING`);
  return (
    (await storedRule(db, projectId)) ?? {
      rule,
      sweptTo: START,
      ready: false,
      accountsSweptTo: "",
      accountsReady: false,
    }
  );
}

/** The current thresholds; null for a project without computed states. */
export async function storedRule(db: Database, projectId: string): Promise<StoredRule | null> {
  const { rows } = await db.query<StoredRule>(
    prepared(sql`
    SELECT rule, swept_to::text AS "sweptTo", ready, accounts_swept_to AS "accountsSweptTo",
           accounts_ready AS "accountsReady"
      FROM lifecycle_rules WHERE project_id = ${projectId}`),
  );
  return rows[0] ?? null;
}

/**
 * Adopts changed settings and, once a day, the population's current habit; both mean recomputing everybody. Returns
 * whether the day was due. The caller holds the lock of lockFacts. The habit is read from everybody's facts: O(people).
 */
export async function tuneRule(tx: Tx, projectId: string, now: number): Promise<boolean> {
  const { rule } = await ensureRule(tx, projectId);
  const settings = await settingsOf(tx, projectId);
  const { rows } = await tx.query<{ due: boolean }>(sql`
    SELECT tuned_at <= ${timestamp(now - DAY_MS)} AS due FROM lifecycle_rules WHERE project_id = ${projectId}`);
  const due = rows[0]?.due ?? true;
  const gap = due ? await usualGapDays(tx, projectId) : null;
  const factor = gap === null ? 1 : Math.max(gap / rule.usualGapDays, rule.usualGapDays / gap);
  const wanted = { ...settings, usualGapDays: gap !== null && factor > RETUNE_FACTOR ? gap : rule.usualGapDays };
  const hasChanged = Object.entries(wanted).some(([name, value]) => rule[name as keyof LifecycleRule] !== value);
  if (due || hasChanged)
    await tx.query(sql`
      UPDATE lifecycle_rules
         SET rule = ${JSON.stringify(wanted)}::jsonb,
             tuned_at = CASE WHEN ${due} THEN ${timestamp(now)}::timestamptz ELSE tuned_at END,
             swept_to = CASE WHEN ${hasChanged} THEN ${START}::bigint ELSE swept_to END,
             accounts_swept_to = CASE WHEN ${hasChanged} THEN '' ELSE accounts_swept_to END
       WHERE project_id = ${projectId}`);
  return due;
}

/** Records how far a rule has been applied; null: to everybody. Does nothing if another rule has begun meanwhile. */
export async function recordSwept(db: Database, projectId: string, from: string, to: number | null): Promise<void> {
  await db.query(sql`
    UPDATE lifecycle_rules SET swept_to = ${to}::bigint, ready = ready OR ${to === null}
     WHERE project_id = ${projectId} AND swept_to = ${from}::bigint`);
}

/** Like recordSwept, for accounts. */
export async function recordAccountsSwept(
  db: Database,
  projectId: string,
  from: string,
  to: string | null,
): Promise<void> {
  await db.query(sql`
    UPDATE lifecycle_rules SET accounts_swept_to = ${to}, accounts_ready = accounts_ready OR ${to === null}
     WHERE project_id = ${projectId} AND accounts_swept_to = ${from}`);
}

/** The next people to apply a rule to, by number. profile_facts_pkey; O(limit). */
export async function nextPeopleForStates(
  db: Database,
  projectId: string,
  after: string,
  limit: number,
): Promise<number[]> {
  const { rows } = await db.query<{ person: number }>(sql`
    SELECT person FROM profile_facts
     WHERE project_id = ${projectId} AND person > ${after}::bigint
     ORDER BY person
     LIMIT ${limit}`);
  return rows.map(({ person }) => person);
}

/** The next accounts to apply a rule to, by id. account_facts_pkey; O(limit). */
export async function nextAccounts(db: Database, projectId: string, after: string, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql`
    SELECT account_id AS id FROM account_facts
     WHERE project_id = ${projectId} AND account_id > ${after}
     ORDER BY account_id
     LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

type Thresholds = Omit<LifecycleRule, "usualGapDays">;

async function settingsOf(db: Database, projectId: string): Promise<Thresholds> {
  const { rows } = await db.query<Thresholds>(sql`
    SELECT slipping_gaps AS "slippingGaps", slipping_min_days AS "slippingMinDays",
           slipping_max_days AS "slippingMaxDays", dormant_gaps AS "dormantGaps",
           dormant_min_days AS "dormantMinDays", dormant_max_days AS "dormantMaxDays"
      FROM projects WHERE id = ${projectId}`);
  return rows[0] ?? DEFAULTS;
}

/** The settings of a project deleted meanwhile; the same defaults as in the migration. */
const DEFAULTS: Thresholds = {
  slippingGaps: 3,
  slippingMinDays: 5,
  slippingMaxDays: 45,
  dormantGaps: 9,
  dormantMinDays: 21,
  dormantMaxDays: 90,
};

/** The median of the usual gaps of people with a habit; null if there are fewer than MIN_HABITS. */
async function usualGapDays(db: Database, projectId: string): Promise<number | null> {
  const { rows } = await db.query<{ gap: number | null }>(sql`
    SELECT CASE WHEN count(*) >= ${MIN_HABITS}
             THEN round(greatest(1, percentile_cont(0.5) WITHIN GROUP (ORDER BY usual_gap_days))::numeric, 1)::float8
           END AS gap
      FROM profile_facts f
     WHERE f.project_id = ${projectId} AND f.usual_gap_days IS NOT NULL AND ${NOT_INTERNAL}`);
  return rows[0]?.gap ?? null;
}
