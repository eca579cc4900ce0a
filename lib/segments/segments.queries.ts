import sql from "sql-template-tag";
import { accountCountQuery, countAccounts, listAccounts } from "@/lib/accounts/list/list.queries";
import type { AccountSummary } from "@/lib/accounts/types";
import { transaction } from "@/lib/db/pool";
import { timestamp } from "@/lib/db/statement";
import { AppError } from "@/lib/errors";
import { logFault } from "@/lib/faults/log";
import type { DayBounds } from "@/lib/format/range";
import type { Internal } from "@/lib/identity/own-team.queries";
import type { PeopleSet } from "@/lib/identity/people-set.queries";
import { findPerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import type { PeopleFilter } from "@/lib/profiles/filter";
import { everybodyQuery, peopleCountQuery, peopleSetOf } from "@/lib/profiles/list/everybody.queries";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import type { Selection } from "@/lib/profiles/list/selection.queries";
import type { Total } from "@/lib/profiles/types";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import { compileAccountRule, compileRule, namedSegment } from "./compile-with-segments.queries";
import { membersRule } from "./named-rules";
import type { AccountRule, Rule, Subject } from "./rule";
import type {
  AccountSegment,
  PeopleSegment,
  RulePreview,
  Segment,
  SegmentChoice,
  SegmentListed,
  SizeOnDay,
} from "./types";

const PREVIEW_ROWS = 5;

type ProjectScope = Reader;
type Row = Omit<Segment, "kind" | "rule"> & { rule: unknown };
type ListedRow = Row & { size: number | null; countedAt: number | null };

const COLUMNS = sql`s.id, s.name, s.description, s.subject, s.rule, s.created_at AS "createdAt",
           s.updated_at AS "updatedAt", s.created_by AS "createdBy"`;

const isOf =
  <Of extends Subject>(subject: Of) =>
  <T extends Segment>(segment: T): segment is Extract<T, { subject: Of }> =>
    segment.subject === subject;
export const isOfPeople = isOf("people");
export const isOfAccounts = isOf("accounts");

/** The segments of people by name; see allSegments. */
export const listSegments = async (scope: Scope): Promise<SegmentListed<PeopleSegment>[]> =>
  (await allSegments(scope)).filter(isOfPeople);

/** The segments of accounts by name; see allSegments. */
export const listAccountSegments = async (scope: Scope): Promise<SegmentListed<AccountSegment>[]> =>
  (await allSegments(scope)).filter(isOfAccounts);

/** All segments by name, with their latest daily count. segments_pkey, segment_sizes_pkey. */
export async function allSegments(scope: Scope): Promise<SegmentListed[]> {
  const { rows } = await reading(scope).query<ListedRow>(sql`
    SELECT ${COLUMNS}, z.people AS size, z.counted_at AS "countedAt"
      FROM segments s LEFT JOIN LATERAL (
        SELECT z.people, z.counted_at FROM segment_sizes z
         WHERE z.project_id = ${scope.projectId} AND z.segment_id = s.id
         ORDER BY z.quarter DESC LIMIT 1) z ON true
     WHERE s.project_id = ${scope.projectId} ORDER BY lower(s.name), s.id`);
  return rows.map((row) => ({ ...segmentOf(row), size: row.size, countedAt: row.countedAt }));
}

/** The fields of segments that the filter builder needs. */
export const segmentChoices = (segments: readonly SegmentChoice[]): SegmentChoice[] =>
  segments.map(({ id, name, subject }) => ({ id, name, subject }));

/** A segment of people or of accounts; null for an unknown id. Primary key. */
export async function anySegment(scope: Reader, id: string): Promise<Segment | null> {
  const { rows } = await reading(scope).query<Row>(
    sql`SELECT ${COLUMNS} FROM segments s WHERE s.project_id = ${scope.projectId} AND s.id = ${id}`,
  );
  return rows[0] ? segmentOf(rows[0]) : null;
}

/** A segment of people; null for an unknown id. */
export async function getSegment(scope: Scope, id: string): Promise<PeopleSegment | null> {
  const segment = await anySegment(scope, id);
  return segment && isOfPeople(segment) ? segment : null;
}

/** A segment of accounts; null for an unknown id. */
export async function getAccountSegment(scope: Scope, id: string): Promise<AccountSegment | null> {
  const segment = await anySegment(scope, id);
  return segment && isOfAccounts(segment) ? segment : null;
}

function segmentOf({ id, name, description, subject, rule, createdAt, updatedAt, createdBy }: Row): Segment {
  const named = namedSegment(subject, rule);
  const kind = named.rule === null ? "static" : "rule";
  return { id, name, description, kind, ...named, createdAt, updatedAt, createdBy };
}

/** All segments of a project, for jobs. Primary key. */
export async function segmentIds(scope: ProjectScope): Promise<string[]> {
  const { rows } = await reading(scope).query<{ id: string }>(sql`
    SELECT id FROM segments WHERE project_id = ${scope.projectId} ORDER BY id`);
  return rows.map(({ id }) => id);
}

/** Names by id, for a rule in words. Primary key. */
export async function segmentNames(scope: ProjectScope, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await reading(scope).query<{ id: string; name: string }>(sql`
    SELECT id, name FROM segments WHERE project_id = ${scope.projectId} AND id = ANY(${ids}::uuid[])`);
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/**
 * The number of people a rule currently finds, and the first few: the filter builder's live preview. Throws like
 * compileRule.
 */
export async function previewRule(scope: Scope, rule: Rule): Promise<RulePreview> {
  const filter = await compileRule(scope, rule);
  const [total, { rows }] = await Promise.all([
    countPeople(scope, { filter }),
    listProfiles(scope, { filter, limit: PREVIEW_ROWS }),
  ]);
  return { total, rows };
}

/** Like previewRule, for a rule over accounts. */
export async function previewAccountRule(
  scope: Scope,
  rule: AccountRule,
): Promise<{ total: number; rows: AccountSummary[] }> {
  const filter = await compileAccountRule(scope, rule);
  const [total, { rows }] = await Promise.all([
    countAccounts(scope, filter),
    listAccounts(scope, { tab: "all", filter, limit: PREVIEW_ROWS }),
  ]);
  return { total, rows };
}

/** Everybody a compiled rule finds (all without one), for lists of their events and sessions. */
export const peopleSetOfFilter = (
  scope: ProjectScope,
  filter: PeopleFilter | undefined,
  now: number,
  internal: Internal = "without",
): PeopleSet => peopleSetOf(scope, { tab: "everyone", windowDays: 30, filter, internal, now });

/** How many people are in a segment now; see Total. */
export async function countMembers(scope: Scope, id: string): Promise<Total> {
  return countPeople(scope, { filter: await compileRule(scope, membersRule(id)) });
}

/**
 * How many people or accounts are in a segment now. null if they cannot be counted, so that one rule does not break a
 * list of segments; the log says why, unless the rule itself is the reason.
 */
export async function segmentTotal(scope: Scope, segment: Segment): Promise<Total | null> {
  try {
    if (segment.subject === "people") return await countMembers(scope, segment.id);
    return { count: await countAccounts(scope, await compileAccountRule(scope, segment.rule)), exact: true };
  } catch (error) {
    if (!(error instanceof AppError)) logFault("counting a segment", error);
    return null;
  }
}

async function everyoneIn(scope: ProjectScope, id: string, now: number): Promise<Selection> {
  return { tab: "everyone", windowDays: 30, now, filter: await compileRule(scope, membersRule(id), now) };
}

/** How many people or accounts are in a segment, exactly, however long it takes: for jobs. */
export async function countMembersExactly(scope: ProjectScope, id: string, now: number): Promise<number> {
  const segment = await anySegment(scope, id);
  if (segment?.subject === "accounts") {
    const query = accountCountQuery(scope, await compileAccountRule(scope, segment.rule, now));
    return (await queryWithMemory<{ count: number }>(scope, query)).rows[0]?.count ?? 0;
  }
  const selection = await everyoneIn(scope, id, now);
  const { rows } = await queryWithMemory<{ count: number }>(scope, peopleCountQuery(scope, selection));
  return rows[0]?.count ?? 0;
}

/**
 * Whether the person with this ref, by any of their ids, is in the segment now. O(events of the behaviours in the
 * rule).
 */
export async function isMember(scope: Scope, id: string, ref: string): Promise<boolean> {
  const person = await findPerson(scope, ref);
  if (!person) return false;
  const selection: Selection = { ...(await everyoneIn(scope, id, Date.now())), internal: "with" };
  const { rows } = await queryWithMemory(
    scope,
    sql`SELECT 1 FROM (${everybodyQuery(scope, selection)}) q WHERE q.person = ${personNumber(person)}::bigint LIMIT 1`,
  );
  return rows.length > 0;
}

/**
 * The last size counted on each of these days, oldest first, without days on which nothing was counted. Primary key,
 * one probe per day.
 */
export async function sizesOn(scope: Scope, id: string, days: readonly DayBounds[]): Promise<SizeOnDay[]> {
  const { rows } = await reading(scope).query<SizeOnDay>(sql`
    SELECT d.day, s.people
      FROM unnest(${days.map(({ day }) => day)}::text[], ${days.map(({ from }) => timestamp(from))}::timestamptz[],
                  ${days.map(({ to }) => timestamp(to))}::timestamptz[]) AS d(day, from_ts, to_ts)
     CROSS JOIN LATERAL (
       SELECT people FROM segment_sizes
        WHERE project_id = ${scope.projectId} AND segment_id = ${id}
          AND quarter > d.from_ts - interval '15 minutes' AND quarter < d.to_ts
          AND counted_at >= d.from_ts AND counted_at < d.to_ts
        ORDER BY quarter DESC
        LIMIT 1) s
     ORDER BY d.from_ts`);
  return rows;
}

/** Runs a query whose sets may be hashed in memory. */
export function queryWithMemory<T extends object = { [column: string]: unknown }>(
  scope: Reader,
  query: ReturnType<typeof sql>,
): Promise<{ rows: T[] }> {
  return transaction(reading(scope), async (tx) => {
    await tx.query("SET LOCAL work_mem = '128MB'");
    return tx.query<T>(query);
  });
}
