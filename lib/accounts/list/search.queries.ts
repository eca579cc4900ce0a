import sql, { type Sql } from "sql-template-tag";
import type { AccountSummary } from "@/lib/accounts/types";
import { matchesSearch, normalizeSearchText, searchPatterns } from "@/lib/db/search-text.queries";
import { ID_MAX_LENGTH, isShortId } from "@/lib/format/id-length";
import { readHeavily } from "@/lib/reading/heavy.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { accountSummary } from "./list.queries";

/** An account as searches and links show it. */
export type FoundAccount = Pick<AccountSummary, "id" | "name" | "domain" | "people">;

const MAX_CANDIDATES = 500;
/** A few accounts may share a domain. */
const MAX_NAMED = 10;

const FOUND = sql`f.account_id AS id, f.name, f.domain, f.people`;

/**
 * The accounts with `text` in their id, name, domain or a property value: exact ids and domains first, then names that
 * begin with it, then the most recently active. Ranks at most MAX_CANDIDATES. account_facts_pkey,
 * account_facts_domain_idx, account_facts_search_idx.
 */
export function accountSearchQuery(scope: Pick<Scope, "projectId">, text: string, limit: number): Sql {
  const lower = text.toLowerCase();
  const start = `${lower.replace(/[\\%_]/g, "\\$&")}%`;
  return sql`
    SELECT ${FOUND} FROM (
      (SELECT * FROM account_facts a WHERE a.project_id = ${scope.projectId} AND a.account_id = ${text})
      UNION
      (SELECT * FROM account_facts a WHERE a.project_id = ${scope.projectId} AND a.domain = ${lower} LIMIT ${limit})
      UNION
      (SELECT * FROM account_facts a
        WHERE a.project_id = ${scope.projectId} AND ${matchesSearch(sql`a.search_text`, searchPatterns(text))}
        LIMIT ${MAX_CANDIDATES})) f
     ORDER BY f.account_id = ${text} OR coalesce(f.domain = ${lower}, false) DESC, f.name_key LIKE ${start} DESC,
              f.last_seen DESC NULLS LAST, f.account_id
     LIMIT ${limit}`;
}

export async function searchAccounts(scope: Scope, typed: string, limit: number): Promise<FoundAccount[]> {
  const text = [...normalizeSearchText(typed).slice(0, 2 * ID_MAX_LENGTH)].slice(0, ID_MAX_LENGTH).join("");
  if (text === "") return [];
  return (await readHeavily<FoundAccount>(scope, accountSearchQuery(scope, text, limit))).rows;
}

/** The names of these accounts by id, where they have one; merged ids get their account's name. accounts_pkey. */
export async function accountNamesByAnyId(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await reading(scope).query<{ id: string; name: string }>(sql`
    SELECT a.id, coalesce(w.name, a.name) AS name
      FROM accounts a
      LEFT JOIN accounts w ON w.project_id = a.project_id AND w.id = a.merged_into
     WHERE a.project_id = ${scope.projectId} AND a.id = ANY(${ids}::text[]) AND coalesce(w.name, a.name) <> ''`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The account with exactly this id if one is given, else those with this domain. account_facts_domain_idx. */
export async function accountsByIdOrDomain(
  scope: Scope,
  { id, domain }: { id: string; domain: string },
): Promise<FoundAccount[]> {
  if (id !== "") {
    const sought = id.normalize("NFC").replaceAll("\0", "");
    const account = isShortId(sought) ? await accountSummary(scope, sought) : null;
    return account ? [account] : [];
  }
  const text = normalizeSearchText(domain).toLowerCase();
  if (text === "" || text.length > ID_MAX_LENGTH) return [];
  const { rows } = await reading(scope).query<FoundAccount>(sql`
    SELECT ${FOUND} FROM account_facts f
     WHERE f.project_id = ${scope.projectId} AND f.domain = ${text}
     ORDER BY f.people DESC, f.account_id
     LIMIT ${MAX_NAMED}`);
  return rows;
}
