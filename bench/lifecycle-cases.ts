import { listHref } from "@/components/columns/list-url";
import { dayOf, isoDay, mondayOfWeek } from "@/lib/format/time";
import type { STATES } from "@/lib/lifecycle/states";
import { weekDays } from "@/lib/lifecycle/weeks";
import { lifecyclePeriod, movesQuery } from "@/lib/lifecycle/weeks.queries";
import { orderOf } from "@/lib/profiles/list/columns.queries";
import { countPeople, listProfiles } from "@/lib/profiles/list/list.queries";
import { peopleQuery } from "@/lib/profiles/list/people.queries";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { encodeRule } from "@/lib/segments/encode-rule";
import type { Condition, Rule } from "@/lib/segments/rule";
import type { Case } from "./case";

const DAYS = 90;
const PAGE = 50;
const CHART_MS = 300;
const LIST_MS = 500;

/** The lifecycle chart of 90 days compared with the 90 before, and the lists behind some of its numbers. */
export function lifecycleCases(scope: Scope): Case[] {
  const now = Date.now();
  const today = dayOf(now);
  const sunday = isoDay(mondayOfWeek(today) - 1);
  const before = isoDay(mondayOfWeek(today) - 8);
  const state = (value: (typeof STATES)[number], on: string): Condition => ({
    kind: "state",
    is: "oneOf",
    values: [value],
    on,
  });
  const range = { from: today - DAYS, to: today, who: "everybody" } as const;
  return [
    {
      name: "lifecycle-chart",
      what: "lifecycle: states and moves of 90 days, and of the 90 before",
      toReachMs: CHART_MS,
      run: () => lifecyclePeriod(scope, range, now),
      statement: async () => movesQuery(scope, weekDays(today - 2 * DAYS, today, today), "everybody"),
      path: "/insights/lifecycle?days=90&who=everybody",
      marker: /filter=and\(state/,
    },
    listCase(scope, "lifecycle-slipping", "who was slipping at the end of last week", [state("slipping", sunday)]),
    listCase(scope, "lifecycle-dormant", "who was dormant then (most people)", [state("dormant", sunday)]),
    listCase(scope, "lifecycle-moved", "who was active a week before and slipping then", [
      state("active", before),
      state("slipping", sunday),
    ]),
  ];
}

function listCase(scope: Scope, name: string, what: string, of: Condition[]): Case {
  const rule: Rule = { kind: "and", of };
  const filter = () => compileRule(scope, rule);
  return {
    name,
    what: `lifecycle: ${what}`,
    toReachMs: LIST_MS,
    path: listHref("/users", { filter: encodeRule(rule) }),
    marker: /\/users\/[ua]%3A/,
    run: async () => listProfiles(scope, { filter: await filter(), limit: PAGE }),
    statement: async () =>
      peopleQuery(
        scope,
        { tab: "everyone", windowDays: 30, filter: await filter(), now: Date.now() },
        orderOf(undefined, "everyone", 30, null),
        { from: undefined, tail: false, limit: PAGE + 1 },
      ),
    total: async () => countPeople(scope, { filter: await filter() }),
  };
}
