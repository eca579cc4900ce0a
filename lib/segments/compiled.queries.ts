import sql from "sql-template-tag";
import { pool } from "@/lib/db/pool";
import { areFactsCurrent } from "@/lib/profiles/facts/facts.queries";
import type { PeopleFilter } from "@/lib/profiles/list/filter";
import type { Scope } from "@/lib/scope";
import { compile } from "./compile.queries";
import { behavioursOf, ownOf, type Rule, ruleSchema, segmentsIn } from "./rule";

/** The segments a rule names, directly or through others, each once; a static one has the rule null. */
type Named = ReadonlyMap<string, Rule | null>;

/**
 * Reads them: segments_pkey, once per level of nesting; nothing for a rule that names none. Terminates on cycles, as
 * each is read once.
 */
export async function namedSegments(scope: Pick<Scope, "projectId">, rule: Rule): Promise<Named> {
  const segments = new Map<string, Rule | null>();
  for (let wanted = segmentsIn(rule); wanted.length > 0; ) {
    const found = await rulesOf(scope, wanted);
    for (const [id, named] of found) segments.set(id, named);
    wanted = [...found.values()].flatMap((named) => (named ? segmentsIn(named) : [])).filter((id) => !segments.has(id));
  }
  return segments;
}

/**
 * A rule ready for listProfiles and countPeople, with the segments it names. Throws unprocessable (field `filter`) if
 * one no longer exists or they form a cycle. `known`: the named segments, if the caller has read them.
 */
export async function compileRule(
  scope: Pick<Scope, "projectId">,
  rule: Rule,
  now = Date.now(),
  known?: Named,
): Promise<PeopleFilter> {
  const segments = known ?? (await namedSegments(scope, rule));
  const all = [rule, ...segments.values()].filter((one) => one !== null);
  const asks = all.some((one) => behavioursOf(one).length > 0 || ownOf(one).length > 0);
  const counted = asks && (await areFactsCurrent(pool(), scope.projectId));
  return compile(rule, { projectId: scope.projectId, now, segments, counted });
}

async function rulesOf(scope: Pick<Scope, "projectId">, ids: string[]): Promise<Map<string, Rule | null>> {
  const { rows } = await pool().query<{ id: string; rule: unknown }>(sql`
    SELECT id, rule FROM segments WHERE project_id = ${scope.projectId} AND id = ANY(${ids}::uuid[])`);
  return new Map(rows.map(({ id, rule }) => [id, rule === null ? null : ruleSchema.parse(rule)]));
}
