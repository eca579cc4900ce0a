import sql, { type Sql } from "sql-template-tag";
import { prepared, timestamp } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import type { NoteText } from "./mentions";

/** A note on an account, identified by `accountId` and `id`. */
export type AccountNote = NoteText & { accountId: string };

/** Selects the notes on an account, on any of its ids. Uses account_notes_pkey and accounts_merged_into_idx. */
const notesOn = ({ projectId }: Scope, id: string): Sql => sql`
  FROM (SELECT ${id}::text AS id
        UNION ALL
        SELECT a.id FROM accounts a WHERE a.project_id = ${projectId} AND a.merged_into = ${id}) o
  JOIN account_notes n ON n.project_id = ${projectId} AND n.account_id = o.id`;

/** The notes on an account, newest first, at most `limit`. */
export async function notesOfAccount(scope: Scope, id: string, limit: number): Promise<AccountNote[]> {
  const { rows } = await reading(scope).query<AccountNote>(sql`
    SELECT n.account_id AS "accountId", n.id, n.author_id AS "authorId", n.body, n.created_at AS "createdAt",
           n.edited_at AS "editedAt"
    ${notesOn(scope, id)}
     ORDER BY n.created_at DESC, n.id DESC
     LIMIT ${limit}`);
  return rows;
}

export async function countAccountNotes(scope: Scope, id: string): Promise<number> {
  const { rows } = await reading(scope).query<{ count: number }>(
    prepared(sql`SELECT count(*)::int AS count ${notesOn(scope, id)}`),
  );
  return rows[0]?.count ?? 0;
}

export type AccountMention = Omit<NoteText, "editedAt"> & { account: { id: string; name: string } };

/** Notes on accounts that mention the member, from `since` (ms) on, newest first. Uses account_notes_mentions_idx. */
export async function accountMentionsOf(
  scope: Scope,
  memberId: string,
  since: number,
  limit: number,
): Promise<AccountMention[]> {
  type Row = Omit<AccountMention, "account"> & { accountId: string; name: string };
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT n.id, n.author_id AS "authorId", n.body, n.created_at AS "createdAt", f.account_id AS "accountId",
           coalesce(f.name, f.account_id) AS name
      FROM account_notes n
      LEFT JOIN accounts a ON a.project_id = n.project_id AND a.id = n.account_id
      JOIN account_facts f ON f.project_id = n.project_id AND f.account_id = coalesce(a.merged_into, n.account_id)
     WHERE n.project_id = ${scope.projectId} AND n.mentions @> ARRAY[${memberId}::uuid] AND n.mentions <> '{}'
       AND n.created_at >= ${timestamp(since)}
     ORDER BY n.created_at DESC
     LIMIT ${limit}`);
  return rows.map(({ accountId, name, ...mention }) => ({ ...mention, account: { id: accountId, name } }));
}
