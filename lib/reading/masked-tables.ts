/**
 * The tables that hold personal data. Readers with masked sight read each through a view, `masked_` and its name,
 * without that data (docs/decisions/0088-masking.md).
 */
export const MASKED_TABLES = [
  "identities",
  "profiles",
  "profile_facts",
  "profile_values",
  "prop_ops",
  "events",
  "sessions",
  "day_counts",
  "notes",
  "account_notes",
  "accounts",
  "account_facts",
  "account_values",
  "account_changes",
  "segments",
  "alerts",
] as const;
