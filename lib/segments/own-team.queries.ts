import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { reading } from "@/lib/db/reading";
import { AppError } from "@/lib/errors";
import { amongSql } from "@/lib/profiles/list/draw.queries";
import type { PeopleFilter } from "@/lib/profiles/list/filter";
import type { Reader } from "@/lib/scope";
import { compileRule, namedSegments } from "./compiled.queries";
import { conditionsOf, type Rule } from "./rule";

type ProjectScope = Reader;

/**
 * Conditions that exclude the own team: a rule that marks the own team by them would alternately mark and unmark
 * people.
 */
const READS_COUNTS = ["quiet", "state", "whose"];

/**
 * The rule of the segments whose members are the own team; null for a project without any that can be used.
 * projects_pkey, segments_pkey.
 */
export async function ownTeamFilter(scope: ProjectScope, now: number): Promise<PeopleFilter | null> {
  const { rows } = await reading(scope).query<{ id: string }>(sql`
    SELECT g.id FROM projects p
      JOIN segments g ON g.project_id = p.id AND g.id::text = ANY(p.internal_segments) AND g.subject = 'people'
     WHERE p.id = ${scope.projectId} AND p.internal_segments <> '{}' ORDER BY g.id`);
  const usable: Rule = { kind: "or", of: [] };
  for (const { id } of rows) {
    const members: Rule = { kind: "and", of: [{ kind: "segment", is: "in", id }] };
    const named = await namedSegments(scope, [id]);
    const isUsable = [...named.values()].every(({ subject, rule }) => subject === "people" && !asksForCounts(rule));
    if (isUsable && (await compiles(scope, members, now))) usable.of.push(members);
  }
  return usable.of.length === 0 ? null : compileRule(scope, usable, now);
}

const asksForCounts = (rule: Rule | null): boolean =>
  rule !== null && conditionsOf(rule).some(({ kind }) => READS_COUNTS.includes(kind));

/** A segment may refer to deleted ones. */
const compiles = (scope: ProjectScope, rule: Rule, now: number): Promise<boolean> =>
  compileRule(scope, rule, now).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === "unprocessable") return false;
      throw error;
    },
  );

/** Those of `people` who match the rule, as stored in this transaction. */
export async function membersAmong(
  db: Database,
  scope: ProjectScope,
  filter: PeopleFilter,
  people: readonly number[],
  now: number,
): Promise<number[]> {
  const selection = { tab: "everyone", windowDays: 30, internal: "with", filter, now } as const;
  const { rows } = await db.query<{ person: number }>(amongSql(scope, selection, people));
  return rows.map(({ person }) => person);
}
