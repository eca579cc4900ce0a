import sql, { join, type Sql } from "sql-template-tag";
import { timestamp } from "@/lib/db/statement";
import type { DayBounds } from "@/lib/format/range";
import { reading } from "@/lib/reading/reading";
import type { Reader, Scope } from "@/lib/scope";
import { accountRuleSchema, ruleSchema, type Subject, segmentsIn } from "./rule";
import type {
  AccountSegment,
  NamedSegment,
  PeopleSegment,
  Segment,
  SegmentChoice,
  SegmentListed,
  Segments,
  SizeOnDay,
} from "./types";

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

/**
 * The segments that a rule names, directly or through others. segments_pkey, once per level of nesting; no statement
 * for a rule without any. Terminates on cycles, as each segment is read once.
 */
export async function namedSegments(scope: ProjectScope, rule: NamedSegment): Promise<Segments> {
  const segments = new Map<string, NamedSegment>();
  for (let wanted = namesOf(rule); wanted.length > 0; ) {
    const found = await rulesOf(scope, wanted);
    for (const [id, named] of found) segments.set(id, named);
    wanted = [...found.values()].flatMap(namesOf).filter((id) => !segments.has(id));
  }
  return segments;
}

const namesOf = ({ rule }: NamedSegment): string[] => (rule === null ? [] : segmentsIn(rule));

async function rulesOf(scope: Reader, ids: string[]): Promise<Map<string, NamedSegment>> {
  const { rows } = await reading(scope).query<{ id: string; subject: Subject; rule: unknown }>(sql`
    SELECT id, subject, rule FROM segments WHERE project_id = ${scope.projectId} AND id = ANY(${ids}::uuid[])`);
  return new Map(rows.map(({ id, subject, rule }) => [id, namedSegment(subject, rule)]));
}

/** A segment's rule as it is stored. */
export function namedSegment(subject: Subject, rule: unknown): NamedSegment {
  if (subject === "accounts") return { subject, rule: accountRuleSchema.parse(rule) };
  return { subject, rule: rule === null ? null : ruleSchema.parse(rule) };
}

/**
 * The current people of a fixed list: of a user id, its profile; of a device, its visitor and everybody who owns a
 * span.
 */
export const listedSql = (projectId: string, segmentId: string): Sql =>
  join(
    [
      sql`
        SELECT i.profile_id AS person
          FROM segment_members m
          JOIN identities i ON i.project_id = ${projectId} AND i.id = m.identity_id AND i.kind = 'u'
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT -m.identity_id
          FROM segment_members m
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
      sql`
        SELECT o.profile_id
          FROM segment_members m
          JOIN spans s ON s.project_id = ${projectId} AND s.stream_id = m.identity_id
          JOIN identities o ON o.project_id = ${projectId} AND o.id = s.owner_id
         WHERE m.project_id = ${projectId} AND m.segment_id = ${segmentId}`,
    ],
    " UNION ",
  );
