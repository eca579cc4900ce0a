import sql, { empty, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";
import { type Act, type ActKind, actsOfKind } from "./acts";

/** How many of the newest entries the list of actors covers. */
const NAMED_ROWS = 20_000;

/**
 * One entry. `person`: their ref and name as they are known now; null for an entry about nobody, "gone" once they are
 * erased.
 */
export type AccessLogRow = {
  id: number;
  at: number;
  actor: string;
  act: Act;
  person: { ref: string; name: string | null } | "gone" | null;
  /** Its id as it was then, and its name as it is known now. */
  account: { id: string; name: string | null } | null;
};

export type AccessLogFilter = {
  actor?: string | undefined;
  kind?: ActKind | undefined;
  /** A ref. */
  person?: string | undefined;
  account?: string | undefined;
  after?: number | undefined;
  before?: number | undefined;
};

type Row = Omit<AccessLogRow, "person" | "account"> & {
  person: number | null;
  ref: string | null;
  name: string | null;
} & {
  account: string | null;
  accountName: string | null;
};

const position = z.tuple([z.literal("log"), z.number().int().min(0)]);

/**
 * The project's log, newest first. Walks access_log_pkey backwards, or access_log_person_idx for one person under all
 * of today's ids, so views from before a merge show too.
 */
export async function listAccessLog(
  scope: Scope,
  filter: AccessLogFilter,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ rows: AccessLogRow[]; next: string | null }> {
  const beforeId = decodeCursor(cursor, position)?.[1] ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await reading(scope).query<Row>(sql`
    SELECT l.id, l.at, l.actor, l.what AS act, l.account, l.person,
           CASE WHEN i.id IS NOT NULL THEN i.kind || ':' || coalesce(p.display_id, i.ext_id) END AS ref,
           coalesce(p.name, p.email, p.display_id) AS name, coalesce(w.name, a.name) AS "accountName"
      FROM access_log l
      LEFT JOIN identities i ON i.project_id = l.project_id AND i.id = l.person
      LEFT JOIN profiles p ON p.project_id = i.project_id AND p.id = i.profile_id AND i.kind = 'u'
      LEFT JOIN accounts a ON a.project_id = l.project_id AND a.id = l.account
      LEFT JOIN accounts w ON w.project_id = a.project_id AND w.id = a.merged_into
     WHERE l.project_id = ${scope.projectId} AND l.id < ${beforeId} ${matches(scope, filter)}
     ORDER BY l.id DESC LIMIT ${limit + 1}`);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    rows: page.map(({ person, ref, name, account, accountName, ...row }) => ({
      ...row,
      person: person === null ? null : ref === null ? "gone" : { ref, name },
      account: account === null ? null : { id: account, name: accountName },
    })),
    next: rows.length > limit && last ? encodeCursor(["log", last.id]) : null,
  };
}

function matches({ projectId }: Scope, { actor, kind, person, account, after, before }: AccessLogFilter): Sql {
  const idOf = sql`(SELECT i.id FROM identities i WHERE i.project_id = ${projectId}
                       AND i.kind = left(${person ?? ""}, 1) AND i.ext_id = substr(${person ?? ""}, 3))`;
  return sql`
    ${actor === undefined ? empty : sql`AND l.actor = ${actor}`}
    ${kind === undefined ? empty : sql`AND l.what = ANY(${actsOfKind(kind)}::text[])`}
    ${person === undefined ? empty : sql`AND l.person = ANY(ARRAY(${allIds(projectId, idOf)}))`}
    ${account === undefined ? empty : sql`AND l.account = ANY(ARRAY(${allAccountIds(projectId, account)}))`}
    ${after === undefined ? empty : sql`AND l.at >= ${timestamp(after)}::timestamptz`}
    ${before === undefined ? empty : sql`AND l.at < ${timestamp(before)}::timestamptz`}`;
}

/** All ids of the person behind `id`: their user ids, and the devices on which they own a span. */
const allIds = (projectId: string, id: Sql): Sql => sql`
  SELECT ${id} UNION
  SELECT o.id FROM identities i JOIN identities o ON o.project_id = i.project_id AND o.profile_id = i.profile_id
   WHERE i.project_id = ${projectId} AND i.id = ${id} UNION
  SELECT s.stream_id FROM identities i JOIN identities o ON o.project_id = i.project_id AND o.profile_id = i.profile_id
    JOIN spans s ON s.project_id = o.project_id AND s.owner_id = o.id
   WHERE i.project_id = ${projectId} AND i.id = ${id}`;

/** The account and the ids merged into it, found by any of them. accounts_merged_into_idx. */
const allAccountIds = (projectId: string, id: string): Sql => sql`
  WITH canonical AS (SELECT coalesce((SELECT merged_into FROM accounts
                                       WHERE project_id = ${projectId} AND id = ${id}), ${id}) AS id)
  SELECT id FROM canonical UNION
  SELECT c.id FROM accounts c JOIN canonical a ON c.merged_into = a.id WHERE c.project_id = ${projectId}`;

/** How often, and when last, each member or client looked at a person or an account; newest first. */
export type AccessSummary = { actor: string; times: number; lastAt: number; acts: Act[] };

/** Summarises the last `limit` entries about a person or an account. access_log_person_idx, access_log_account_idx. */
export async function accessesOf(
  scope: Scope,
  of: { person: string } | { account: string },
  limit = 1_000,
): Promise<AccessSummary[]> {
  const { rows } = await reading(scope).query<AccessSummary>(sql`
    SELECT actor, count(*)::int AS times, max(at) AS "lastAt", array_agg(DISTINCT what) AS acts
      FROM (SELECT l.* FROM access_log l WHERE l.project_id = ${scope.projectId} ${matches(scope, of)}
             ORDER BY l.id DESC LIMIT ${limit}) l
     GROUP BY actor ORDER BY max(id) DESC`);
  return rows;
}

/** The actors of the newest NAMED_ROWS entries. Reads that many rows of access_log_pkey, backwards. */
export async function loggedActors(scope: Scope): Promise<string[]> {
  const { rows } = await reading(scope).query<{ actor: string }>(sql`
    SELECT DISTINCT actor FROM (
      SELECT actor FROM access_log WHERE project_id = ${scope.projectId} ORDER BY id DESC LIMIT ${NAMED_ROWS}) l
     ORDER BY actor`);
  return rows.map(({ actor }) => actor);
}
