import sql, { type Sql } from "sql-template-tag";

/**
 * Every count, and every list behind a count, leaves out the project's own team, of people and accounts
 * (profile_facts.is_internal, docs/accounts.md M10). Each query over people uses one of these conditions;
 * tests/architecture/own-team.ts checks that.
 */

/** The people a query covers: without the own team, with it, or only the own team. */
export type Internal = "without" | "with" | "only";

/** For a row `f` (profile_facts or account_facts) that is read anyway; does not affect the plan. */
export const NOT_INTERNAL: Sql = sql`NOT f.is_internal`;

/** The person numbers of the own team. profile_facts_internal_idx, a partial index of just these. */
export const ownTeam = (projectId: string): Sql =>
  sql`SELECT f.person FROM profile_facts f WHERE f.project_id = ${projectId} AND f.is_internal`;

/** For queries over everybody: hashes the small own team, so a pass over an index stays index-only. */
export const notInternalInScan = (projectId: string | Sql, person: Sql): Sql => sql`NOT EXISTS (
  SELECT 1 FROM profile_facts ours
   WHERE ours.project_id = ${projectId} AND ours.is_internal AND ours.person = ${person})`;

/**
 * For rows of an index below a sort or a limit: hashes the own team (a million fit in 32 MB). An anti-join
 * (notInternalInScan) would run after the sort, and the index lacks the flag (NOT_INTERNAL).
 */
const notInternalInIndex = (projectId: string, person: Sql): Sql => sql`${person} NOT IN (${ownTeam(projectId)})`;

/** For walks that stop after a page: one lookup per row, whatever the planner expects (OFFSET 0 forbids a join). */
export const notInternalPerRow = (projectId: string, person: Sql): Sql => sql`NOT EXISTS (
  SELECT 1 FROM profile_facts ours
   WHERE ours.project_id = ${projectId} AND ours.is_internal AND ours.person = ${person} OFFSET 0)`;

/** How a query reads `f` (profile_facts): some rows, read anyway; very many, from an index alone; or everybody. */
export type Reads = "rows" | "index" | "everybody";

/** The conditions on `f` that leave a query the people it covers, as it reads them. */
export function coveredPeople(projectId: string, internal: Internal = "without", reads: Reads = "rows"): Sql[] {
  if (internal === "with") return [];
  if (internal === "only") return [sql`f.is_internal`];
  if (reads === "rows") return [NOT_INTERNAL];
  return [(reads === "index" ? notInternalInIndex : notInternalInScan)(projectId, sql`f.person`)];
}

/**
 * For use before notInternalPerRow where a walk may pass very many rows of the own team, such as a robot's: hashes
 * their user ids once. Does not cover what they did before logging in.
 */
export const isNotUserOfOwnTeam = (projectId: string, actor: Sql): Sql => sql`${actor} NOT IN (
  SELECT i.id
    FROM profile_facts ours
    JOIN identities i ON i.project_id = ${projectId} AND i.profile_id = ours.person
   WHERE ours.project_id = ${projectId} AND ours.is_internal)`;

/** The accounts (`id`, as merged) that the settings exclude with everybody in them. projects_pkey, accounts_pkey. */
export const ownAccounts = (projectId: string): Sql => sql`
  SELECT DISTINCT coalesce(a.merged_into, a.id) AS id
    FROM projects p
   CROSS JOIN LATERAL unnest(p.internal_accounts) e(id)
    JOIN accounts a ON a.project_id = p.id AND a.id = e.id
   WHERE p.id = ${projectId}`;
