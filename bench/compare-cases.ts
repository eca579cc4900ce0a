import type { Sql } from "sql-template-tag";
import type { ComparisonChoice } from "@/lib/comparison/choice";
import { comparePeople } from "@/lib/comparison/compare";
import { countsQuery } from "@/lib/comparison/counts.queries";
import { comparisonGroupsOf } from "@/lib/comparison/groups";
import { drawPeople, universeOf } from "@/lib/profiles/list/draw.queries";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { decodeRule } from "@/lib/segments/decode-rule";
import type { Rule } from "@/lib/segments/rule";
import { listSegments } from "@/lib/segments/segments.queries";
import { createSegment } from "@/lib/segments/segments.store";
import type { Case } from "./case";

const COMPARISON_MS = 2_000;
const NAME = "Benchmark: exporters on plan pro";
const READ = { limit: 5_000, enough: 1_000 };

/** Two groups over everybody: every statement of the screen; the plan is of the one that reads events. */
export async function compareCases(scope: Scope<"manage">): Promise<Case[]> {
  const a = await segmentOf(scope);
  const life = { of: "firstSeen", days: 7 } as const;
  return [
    one(scope, "retained", "retained and churned, first week", { pair: { pair: "retained" }, counted: life }),
    one(scope, "power", "power users and others, first 30 days", {
      pair: { pair: "power" },
      counted: { of: "firstSeen", days: 30 },
    }),
    one(scope, "segment", "a segment and comparable people, first week", {
      pair: { pair: "segment", a },
      counted: life,
    }),
    one(scope, "converted", "converted and not, first day", {
      pair: { pair: "converted", event: "invite_sent" },
      counted: { of: "firstSeen", days: 1 },
    }),
  ];
}

const one = (scope: Scope<"manage">, name: string, what: string, choice: ComparisonChoice): Case => ({
  name: `compare-${name}`,
  what: `compare ${what}`,
  toReachMs: COMPARISON_MS,
  path: null,
  marker: /./,
  run: () => comparePeople(scope, choice),
  statement: () => passOf(scope, choice),
});

async function passOf(scope: Scope<"manage">, choice: ComparisonChoice): Promise<Sql> {
  const now = Date.now();
  const groups = comparisonGroupsOf(choice, now, new Map(), false);
  const universe = await universeOf(scope, 20_000);
  const draw = async (rule: Rule) => {
    const filter = await compileRule(scope, rule, now);
    return (await drawPeople(scope, { tab: "everyone", windowDays: 30, now, filter }, universe, READ)).people;
  };
  const sides = { a: await draw(groups.a.rule), b: await draw(groups.b.rule) };
  return countsQuery(scope, sides, groups.window, now);
}

async function segmentOf(scope: Scope<"manage">): Promise<string> {
  const there = (await listSegments(scope)).find(({ name }) => name === NAME);
  const rule = decodeRule("and(prop(plan,text,oneOf,pro),did(export,atLeast,3,ever))");
  return there?.id ?? createSegment(scope, { name: NAME, rule });
}
