import sql from "sql-template-tag";
import type { AccountFilter } from "@/lib/accounts/filter";
import { pool } from "@/lib/db/pool";
import { areFactsCurrent } from "@/lib/profiles/facts/facts.queries";
import type { PeopleFilter } from "@/lib/profiles/filter";
import { reading } from "@/lib/reading/reading";
import type { Reader } from "@/lib/scope";
import { type CompileContext, compileAccountRuleToSql, compileRuleToSql } from "./compile.queries";
import {
  type AccountRule,
  accountRuleSchema,
  activityConditionsOf,
  behavioursOf,
  type Rule,
  ruleSchema,
  type Subject,
  segmentsIn,
  segmentsInAccounts,
  testsOf,
} from "./rule";
import type { HiddenKeys, NamedSegment, Segments } from "./types";

type ProjectScope = Reader;

/**
 * The segments with these ids, and those that they name, directly or through others. segments_pkey, once per level of
 * nesting; no statement without ids. Terminates on cycles, as each segment is read once.
 */
export async function namedSegments(scope: ProjectScope, ids: readonly string[]): Promise<Segments> {
  const segments = new Map<string, NamedSegment>();
  for (let wanted = [...ids]; wanted.length > 0; ) {
    const found = await rulesOf(scope, wanted);
    for (const [id, named] of found) segments.set(id, named);
    wanted = [...found.values()].flatMap(namesOf).filter((id) => !segments.has(id));
  }
  return segments;
}

function namesOf({ subject, rule }: NamedSegment): string[] {
  if (rule === null) return [];
  return subject === "people" ? segmentsIn(rule) : segmentsInAccounts(rule);
}

/**
 * Compiles a rule, with the segments it names, for listProfiles and countPeople. Throws unprocessable (field `filter`)
 * if one no longer exists or they form a cycle.
 */
export async function compileRule(scope: ProjectScope, rule: Rule, now = Date.now()): Promise<PeopleFilter> {
  const segments = await namedSegments(scope, segmentsIn(rule));
  return compileRuleToSql(rule, await contextOf(scope, rule, segments, now, usesCounts(rule)));
}

/** Like compileRule, for a rule over accounts and listAccounts. */
export async function compileAccountRule(
  scope: ProjectScope,
  rule: AccountRule,
  now = Date.now(),
): Promise<AccountFilter> {
  const segments = await namedSegments(scope, segmentsInAccounts(rule));
  return compileAccountRuleToSql(rule, await contextOf(scope, rule, segments, now, membersUseCounts(rule)));
}

const usesCounts = (rule: Rule): boolean => behavioursOf(rule).length > 0 || activityConditionsOf(rule).length > 0;
const membersUseCounts = (rule: AccountRule): boolean =>
  testsOf(rule).some((test) => test.of === "members" && usesCounts({ kind: "and", of: test.who }));

async function contextOf(
  scope: ProjectScope,
  rule: Rule | AccountRule,
  segments: Segments,
  now: number,
  needsCounts: boolean,
): Promise<CompileContext> {
  const doSegmentsNeedCounts = [...segments.values()].some(({ subject, rule }) => {
    if (rule === null) return false;
    return subject === "people" ? usesCounts(rule) : membersUseCounts(rule);
  });
  const { projectId } = scope;
  const counted = (needsCounts || doSegmentsNeedCounts) && (await areFactsCurrent(pool(), projectId));
  return { projectId, now, segments, counted, hidden: await hiddenKeys(scope, rule, segments) };
}

/** The keys of the rule, and of its segments, that are hidden from the reader; null if none are. */
async function hiddenKeys(
  { projectId, sight }: ProjectScope,
  rule: Rule | AccountRule,
  segments: Segments,
): Promise<HiddenKeys | null> {
  if (!sight.masked) return null;
  const rules = JSON.stringify([rule, ...[...segments.values()].map(({ rule }) => rule)]);
  const { rows } = await pool().query<{ key: string; people: boolean; accounts: boolean }>(sql`
    SELECT k.key, k.key ~ '@|%40' OR is_personal(k.key, personal) AS people,
           k.key ~ '@|%40' OR is_personal(k.key, own) AS accounts
      FROM (SELECT DISTINCT key #>> '{}' AS key FROM jsonb_path_query(${rules}::jsonb, '$.**.key') q(key)) k
     CROSS JOIN (
       SELECT personal_keys(${projectId}::uuid) AS personal, own_personal_keys(${projectId}::uuid) AS own) p`);
  const keys = (of: "people" | "accounts") => new Set(rows.filter((row) => row[of]).map(({ key }) => key));
  return { people: keys("people"), accounts: keys("accounts") };
}

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
