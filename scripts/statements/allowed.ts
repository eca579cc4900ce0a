/**
 * A statement that may touch rows of several projects. `holds`: part of its text, without the numbers of parameters.
 */
export type AllowedStatement = { from: string; holds: string; why: string };

const LOOKS_FOR_WORK = "a job looks for its next work in any project";
const FORGETS = "a job deletes expired rows of all projects at once";
const ADDED_UP = "counts of many projects, added up in memory, are written by one statement a second";

/** Only jobs that cover all projects. This list may only shrink: each exception queries every shard. */
export const ALLOWED_STATEMENTS: readonly AllowedStatement[] = [
  {
    from: "lib/accounts/sorted-columns.store.ts",
    holds: "FROM account_columns WHERE project_id = coalesce",
    why: LOOKS_FOR_WORK,
  },
  {
    from: "lib/accounts/recompute-queue.queries.ts",
    holds: "FROM account_work WHERE project_id > $",
    why: LOOKS_FOR_WORK,
  },
  {
    from: "lib/accounts/recompute-queue.queries.ts",
    holds: "FROM account_stale WHERE project_id > $",
    why: LOOKS_FOR_WORK,
  },
  {
    from: "lib/accounts/recompute-queue.store.ts",
    holds: "WHERE coalesce(l.features, '') <> coalesce(s.features, '')",
    why: "a job finds the projects whose features were changed, and marks their accounts",
  },
  {
    from: "lib/accounts/recompute-queue.store.ts",
    holds: "IS DISTINCT FROM (coalesce(s.property, ''), coalesce(s.by_domain, false)",
    why: "a job finds the projects whose settings for accounts were changed, and marks their people",
  },
  {
    from: "lib/alerts/alerts.queries.ts",
    holds: "FROM (SELECT DISTINCT project_id, alert_id FROM alert_firings WHERE delivery_id IS NULL) f",
    why: LOOKS_FOR_WORK,
  },
  { from: "lib/alerts/alerts.queries.ts", holds: "ORDER BY a.swept_at NULLS FIRST", why: LOOKS_FOR_WORK },
  {
    from: "lib/alerts/deliveries.store.ts",
    holds: "FROM alert_deliveries WHERE state = 'waiting'",
    why: LOOKS_FOR_WORK,
  },
  {
    from: "lib/alerts/deliveries.store.ts",
    holds: "DELETE FROM alert_deliveries WHERE state <> 'waiting'",
    why: FORGETS,
  },
  {
    from: "lib/alerts/deliveries.store.ts",
    holds: "DELETE FROM alert_firings f WHERE f.delivery_id IS NULL",
    why: FORGETS,
  },
  {
    from: "lib/alerts/endpoints.store.ts",
    holds: "FROM alerts WHERE (project_id, id) > ($, $) AND endpoint IS NOT NULL",
    why: "seals all addresses again after AUTH_SECRET was changed",
  },
  { from: "lib/ingest/privacy/refusal-counts.store.ts", holds: "INSERT INTO refusals", why: ADDED_UP },
  {
    from: "lib/plans/entitlements.store.ts",
    holds: "FROM projects p JOIN received_days d ON d.project_id = p.id WHERE p.organization_id = $",
    why: "a plan counts the events of all projects of an organization",
  },
  {
    from: "lib/plans/entitlements.store.ts",
    holds: "FROM moved_usage m WHERE m.organization_id = $",
    why: "a plan counts what projects received before they left the organization",
  },
  { from: "lib/projects/received.store.ts", holds: "INSERT INTO received_days", why: ADDED_UP },
  { from: "lib/privacy/erase-jobs.store.ts", holds: "FROM erase_jobs WHERE finished_at IS NULL", why: LOOKS_FOR_WORK },
  {
    from: "lib/privacy/retention-runs.store.ts",
    holds: "LEFT JOIN retention_runs r ON r.project_id = p.id",
    why: LOOKS_FOR_WORK,
  },
  {
    from: "lib/privacy/forget-erased-values.store.ts",
    holds: "(SELECT max(finished_at) AS at FROM erase_jobs)",
    why: "statistics belong to a table, not to a project",
  },
  { from: "lib/privacy/forget-erased-values.store.ts", holds: "LOCK TABLE", why: "statistics belong to a table" },
  { from: "lib/privacy/forget-erased-values.store.ts", holds: "SELECT 1 FROM", why: "statistics belong to a table" },
  {
    from: "lib/profiles/list/sorted-columns.store.ts",
    holds: "ORDER BY filled_on NULLS FIRST, id LIMIT 1",
    why: LOOKS_FOR_WORK,
  },
];
