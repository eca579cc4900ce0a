import { rangeOf } from "@/lib/format/range";
import type { Scope } from "@/lib/scope";
import { compileRule } from "@/lib/segments/compile.queries";
import { decodeRule } from "@/lib/segments/decode-rule";
import { peopleSetOfFilter } from "@/lib/segments/members.queries";
import type { Rule } from "@/lib/segments/rule";
import { listVisits, visitsQuery } from "@/lib/sessions/project-visits.queries";
import { pickNames, streamEvents, streamQuery } from "@/lib/timeline/project-events.queries";
import type { Case } from "./case";

const PAGE = 60;
const TO_REACH_MS = 500;

const RULES: readonly [name: string, what: string, filter: string | undefined][] = [
  ["everybody", "newest", undefined],
  ["broad", "of one in six people (a plan)", "and(prop(plan,text,oneOf,enterprise))"],
  [
    "middling",
    "of one in 35 people (two properties)",
    "and(prop(plan,text,oneOf,enterprise),prop(trial,boolean,true))",
  ],
  ["rare", "of 200 people (a company)", "and(prop(company,text,oneOf,Company 77))"],
  ["did", "of 47,000 people who did export in the last 14 days", "and(did(export,atLeast,1,last(14)))"],
  ["did-not", "of people who never viewed a page", "and(did(screen_view,exactly,0,ever))"],
];

/** All visits and events of the last 30 days, and those of people who match a rule. */
export function peopleCases(scope: Scope): Case[] {
  const range = rangeOf({ days: "30" }, Date.now(), "Europe/Berlin");
  const window = { after: range.from, before: range.to };
  const people = async (filter: string | undefined) =>
    filter === undefined
      ? undefined
      : peopleSetOfFilter(scope, await compileRule(scope, decodeRule(filter) as Rule), Date.now());
  const path = (screen: string, filter: string | undefined) =>
    `/${screen}?${new URLSearchParams({ days: "30", ...(filter && { filter }) })}`;
  return RULES.flatMap(([name, what, filter]): Case[] => [
    {
      name: `sessions-${name}`,
      what: `sessions of 30 days, ${what}`,
      toReachMs: TO_REACH_MS,
      path: path("sessions", filter),
      marker: /\/users\/[ua]%3A/,
      run: async () => listVisits(scope, { filter: { ...window, people: await people(filter) }, limit: PAGE }),
      statement: async () =>
        visitsQuery(scope, { filter: { ...window, people: await people(filter) }, limit: PAGE + 1, from: undefined }),
    },
    {
      name: `events-${name}`,
      what: `events of 30 days, ${what}`,
      toReachMs: TO_REACH_MS,
      path: path("events", filter),
      marker: /\/users\/[ua]%3A/,
      run: async () => streamEvents(scope, { filter: { ...window, people: await people(filter) }, limit: PAGE }),
      statement: async () => {
        const page = { filter: { ...window, people: await people(filter) }, limit: PAGE + 1, from: undefined };
        return streamQuery(scope, page, await pickNames(scope, page));
      },
    },
  ]);
}
