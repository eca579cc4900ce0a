import { type AdoptionCriteria, EVERYBODY } from "@/lib/adoption/adoption";
import { adoptionOf, adoptionQuery, cohortRetentionOf, drawPopulation } from "@/lib/adoption/adoption.queries";
import { adoptionOfEverybody, everybodysQuery } from "@/lib/adoption/everybody.queries";
import { weeklyUse } from "@/lib/adoption/weeks.queries";
import type { Feature } from "@/lib/features/rule";
import type { Scope } from "@/lib/scope";
import type { Case } from "./case";

const DAY_MS = 24 * 60 * 60 * 1000;
const feature = (name: string, ...events: string[]): Feature => ({ id: name, name, events });
const EXPORT = feature("Export", "export");
const FEATURES = [
  EXPORT,
  feature("Sharing", "invite_sent", "report_opened"),
  feature("Search", "search"),
  feature("Orders", "order_completed"),
];

/** The parts of the screen Adoption over everybody, each with the people it counts found and read. */
export function adoptionCases(scope: Scope): Case[] {
  const now = Date.now();
  const from = now - 30 * DAY_MS;
  const criteria: AdoptionCriteria = { ...EVERYBODY, from, before: from - 30 * DAY_MS };
  const draw = () => drawPopulation(scope, EVERYBODY, now);
  const statement = async () => adoptionQuery(scope, FEATURES, await draw(), criteria);
  const part = (of: string, what: string, run: Case["run"]): Case => ({
    name: `adoption-${of}`,
    what: `adoption: ${what}`,
    toReachMs: null,
    path: null,
    marker: /./,
    run,
    statement,
  });
  return [
    part("draw", "who is counted", draw),
    part("features", "of four features, those drawn", async () => adoptionOf(scope, FEATURES, await draw(), criteria)),
    {
      ...part("everybody", "of four features, everybody", () => adoptionOfEverybody(scope, FEATURES, criteria)),
      statement: async () => everybodysQuery(scope, FEATURES, criteria),
    },
    part("weeks", "of one, by week", async () => weeklyUse(scope, EXPORT, await draw(), now)),
    part("retention", "of one, by weeks after the first", async () =>
      cohortRetentionOf(scope, EXPORT, await draw(), now),
    ),
  ];
}
