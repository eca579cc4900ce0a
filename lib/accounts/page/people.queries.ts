import sql, { empty, type Sql } from "sql-template-tag";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "@/lib/db/cursor";
import { timestamp } from "@/lib/db/statement";
import { EARLIEST_MS, LATEST_MS } from "@/lib/format/storable";
import { joinPersonOfNumber, PERSON_COLUMNS, type RecentPerson } from "@/lib/identity/person-ref.queries";
import { reading } from "@/lib/reading/reading";
import type { Scope } from "@/lib/scope";

/** A person of an account. Times in ms. */
export type AccountPerson = RecentPerson & {
  person: number;
  /** Their activity while they belonged to it. */
  events: number;
  lastAt: number | null;
  since: number;
  /** null while they belong to it. */
  until: number | null;
  /** Why they belong to it: "event", "property", "domain". */
  reasons: string[];
  /** The code of their state today (person_states); null before it is known. */
  state: number | null;
  /** One of the project's own team: left out of every count. */
  isInternal: boolean;
  /** How many accounts they currently belong to; counting stops at COUNTED_ACCOUNTS. */
  accounts: number;
};

const COUNTED_ACCOUNTS = 100;

const position = z.tuple([
  z.literal("members"), // as in cursors of earlier versions
  z.number().int().min(EARLIEST_MS).max(LATEST_MS).nullable(),
  z.number().int(),
]);

/**
 * People of an account, the most recently active first, those never active last. Keyset pagination on
 * account_people_last_at_idx; a probe of person_states_pkey and of account_people_person_idx per row.
 */
export function accountPeopleQuery(
  scope: Scope,
  id: string,
  page: { limit: number; from: { lastAt: number | null; person: number } | undefined; tail: boolean },
): Sql {
  const { from, tail, limit } = page;
  const after = !from
    ? empty
    : tail
      ? sql`AND a.person < ${from.person}`
      : sql`AND (a.last_at, a.person) < (${timestamp(from.lastAt ?? 0)}::timestamptz, ${from.person}::bigint)`;
  return sql`
    SELECT a.person, a.events, a.last_at AS "lastAt", a.since, a.until, a.reasons, a.is_internal AS "isInternal",
           ${PERSON_COLUMNS}, (
             SELECT CASE WHEN s.until > (now() AT TIME ZONE 'UTC')::date THEN s.state END
               FROM person_states s
              WHERE s.project_id = ${scope.projectId} AND s.person = a.person
                AND s.since <= (now() AT TIME ZONE 'UTC')::date
              ORDER BY s.since DESC
              LIMIT 1) AS state, (
             SELECT count(*)::int FROM (
               SELECT 1 FROM account_people o
                WHERE o.project_id = ${scope.projectId} AND o.person = a.person AND o.until IS NULL
                LIMIT ${COUNTED_ACCOUNTS}) q) AS accounts
      FROM (SELECT a.* FROM account_people a
             WHERE a.project_id = ${scope.projectId} AND a.account_id = ${id}
               AND a.last_at IS ${tail ? empty : sql`NOT`} NULL ${after}
             ORDER BY ${tail ? empty : sql`a.last_at DESC,`} a.person DESC
             LIMIT ${limit}) a ${joinPersonOfNumber(scope, sql`a.person`)}
     ORDER BY a.last_at DESC NULLS LAST, a.person DESC`;
}

export async function accountPeople(
  scope: Scope,
  id: string,
  options: { limit: number; cursor?: string },
): Promise<{ rows: AccountPerson[]; next: string | null }> {
  const cursor = decodeCursor(options.cursor, position);
  let from = cursor && { lastAt: cursor[1], person: cursor[2] };
  let tail = cursor ? cursor[1] === null : false;
  const found: Found[] = [];
  for (;;) {
    const limit = options.limit + 1 - found.length;
    const { rows } = await reading(scope).query<Found>(accountPeopleQuery(scope, id, { limit, from, tail }));
    found.push(...rows);
    if (found.length > options.limit || tail) break;
    [tail, from] = [true, undefined];
  }
  const page = found.slice(0, options.limit);
  const last = page.at(-1);
  return {
    rows: peopleIn(page),
    next: found.length > page.length && last ? encodeCursor(["members", last.lastAt, last.person]) : null,
  };
}

type Found = Omit<AccountPerson, "name" | "ref"> & { personName: string | null; ref: AccountPerson["ref"] | null };

/** Leaves out people erased a moment ago. */
const peopleIn = (rows: readonly Found[]): AccountPerson[] =>
  rows.flatMap(({ personName, ref, ...row }) => (ref === null ? [] : [{ ...row, ref, name: personName }]));
