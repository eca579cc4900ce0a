import sql from "sql-template-tag";
import type { Database } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import type { PeopleFilter } from "@/lib/profiles/filter";
import { amongSql } from "@/lib/profiles/list/draw.queries";
import { reading } from "@/lib/reading/reading";
import type { Reader } from "@/lib/scope";
import { compileRule } from "./compile.queries";
import { conditionsOf, type Rule } from "./rule";
import { namedSegments } from "./segments.queries";

type ProjectScope = Reader;

/**
 * Conditions that the own team never meets: a rule that marks the own team by them would alternately mark and unmark
 * people.
 */
const EXCLUDING_KINDS = ["quiet", "state", "whose"];

/**
 * A filter for the members of the segments that make up the own team; null if a project has none that can be used.
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
    const named = await namedSegments(scope, { subject: "people", rule: members });
    const isUsable = [...named.values()].every(({ subject, rule }) => subject === "people" && !excludesOwnTeam(rule));
    if (isUsable && (await canCompile(scope, members, now))) usable.of.push(members);
  }
  return usable.of.length === 0 ? null : compileRule(scope, usable, now);
}

const excludesOwnTeam = (rule: Rule | null): boolean =>
  rule !== null && conditionsOf(rule).some(({ kind }) => EXCLUDING_KINDS.includes(kind));

/** Whether a rule compiles: a segment may refer to deleted ones. */
const canCompile = (scope: ProjectScope, rule: Rule, now: number): Promise<boolean> =>
  compileRule(scope, rule, now).then(
    () => true,
    (error: unknown) => {
      if (error instanceof AppError && error.code === "unprocessable") return false;
      throw error;
    },
  );

/** Those of `people` who match the filter, by the data that this transaction sees. */
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
