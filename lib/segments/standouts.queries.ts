import sql, { join } from "sql-template-tag";
import { PEOPLE_COLUMNS } from "@/lib/columns/people";
import { storedValue } from "@/lib/profiles/list/column-values.queries";
import { everybodyQuery } from "@/lib/profiles/list/everybody.queries";
import type { Selection } from "@/lib/profiles/list/selection";
import type { Scope } from "@/lib/scope";
import { compileRule, namedSegments } from "./compiled.queries";
import { textOf } from "./property.queries";
import { conditionsOf, type Rule } from "./rule";
import { membersRule, withMemory } from "./segments.queries";
import type { StandOut } from "./types";

/** How many of each side are looked at, drawn evenly by a hash of their number. */
const SAMPLE_PEOPLE = 5_000;
const MAX_SHOWN = 20;
/** A value has to be had by so many of the sampled members, and so much more often than by the others, to stand out. */
const MIN_MEMBERS = 3;
const MIN_LIFT = 1.2;

/**
 * Properties and built-in columns whose values members have more often than comparable people who are not members: of a
 * segment of identified people other identified people, otherwise everybody else. Largest difference first, weighed by
 * lift. What the segment's own rule asks about, or the rule of a segment it names, is left out: it would only repeat
 * the rule. One pass over all people to draw the samples (O(people)), then O(10,000 people's properties).
 */
export async function standOuts(scope: Scope, segmentId: string, now = Date.now()): Promise<StandOut[]> {
  const members = membersRule(segmentId);
  const named = await namedSegments(scope, members);
  const which: Selection = {
    tab: "everyone",
    windowDays: 30,
    now,
    filter: await compileRule(scope, members, now, named),
  };
  const ruled = [...named.values()].flatMap((rule) => (rule ? ruledKeys(rule) : []));
  const builtIn = join(
    PEOPLE_COLUMNS.filter((column) => "standsOut" in column).map(({ key }) => sql`(${key}, true, ${storedValue(key)})`),
    ", ",
  );
  const { rows } = await withMemory<StandOut>(sql`
    WITH everybody AS MATERIALIZED (${everybodyQuery(scope, which)}),
    members AS MATERIALIZED (SELECT person FROM everybody ORDER BY hashint8(person), person LIMIT ${SAMPLE_PEOPLE}),
    kind AS MATERIALIZED (SELECT coalesce(bool_and(person > 0), false) AS identified FROM everybody),
    others AS MATERIALIZED (
      SELECT f.person FROM profile_facts f LEFT JOIN everybody m ON m.person = f.person
       WHERE f.project_id = ${scope.projectId} AND m.person IS NULL
         AND (f.person > 0 OR NOT (SELECT identified FROM kind))
       ORDER BY hashint8(f.person), f.person LIMIT ${SAMPLE_PEOPLE}),
    sides AS (
      SELECT person, true AS member FROM members
      UNION ALL
      SELECT person, false FROM others),
    sizes AS (SELECT count(*) FILTER (WHERE member) AS members, count(*) FILTER (WHERE NOT member) AS others
                FROM sides),
    facts AS (
      SELECT s.member, v.key, v.built_in, v.value
        FROM sides s
        JOIN profile_facts f ON f.project_id = ${scope.projectId} AND f.person = s.person
        LEFT JOIN profiles p ON p.project_id = ${scope.projectId} AND p.id = s.person
       CROSS JOIN LATERAL (
         SELECT key, false AS built_in, ${textOf(sql`value`)} AS value FROM jsonb_each(coalesce(p.props, f.props))
          WHERE jsonb_typeof(value) IN ('string', 'boolean', 'number')
            AND key NOT IN ('name', 'firstName', 'lastName', 'email', 'avatar')
         UNION ALL
         SELECT * FROM (VALUES ${builtIn}) AS b(key, built_in, value)) v
       WHERE v.value IS NOT NULL AND length(v.value) <= 100),
    counted AS (
      SELECT key, built_in, value, count(*) FILTER (WHERE member) AS had, count(*) FILTER (WHERE NOT member) AS usual
        FROM facts
       GROUP BY 1, 2, 3),
    shares AS (
      -- For the lift, a value none of the others has counts as had by half a person.
      -- With no others, nothing stands out.
      SELECT c.*, c.had::float8 / z.members AS "memberShare", c.usual::float8 / nullif(z.others, 0) AS "othersShare",
             (c.had::float8 / z.members) / (greatest(c.usual, 0.5) / nullif(z.others, 0)) AS lift
        FROM counted c CROSS JOIN sizes z WHERE c.had >= ${MIN_MEMBERS} AND z.others > 0)
    SELECT key, built_in AS "builtIn", value, had AS members, "memberShare", "othersShare", lift,
           (SELECT identified FROM kind) AS "amongIdentified"
      FROM shares
     WHERE lift >= ${MIN_LIFT} AND NOT (CASE WHEN built_in THEN key ELSE 'p:' || key END = ANY(${ruled}::text[]))
     ORDER BY ("memberShare" - "othersShare") * ln(lift) DESC, key, value LIMIT ${MAX_SHOWN}`);
  return rows;
}

/** Columns shown that are made of others: a rule about those is a rule about these. */
const MADE_OF: Partial<Record<string, string>> = { referrer: "source", utmSource: "source" };

/** What a rule asks about people: properties as "p:plan", built-in columns by name. */
const ruledKeys = (rule: Rule): string[] =>
  conditionsOf(rule).flatMap((one) => {
    if (one.kind === "property") return [`p:${one.key}`];
    return one.kind === "fact" ? [MADE_OF[one.field] ?? one.field] : [];
  });
