import type { Feature } from "@/lib/features/rule";
import type { Scope } from "@/lib/scope";
import type { Subject } from "@/lib/segments/rule";
import { accountAdoptionOf, accountCohortRetentionOf, adoptingAccounts } from "./account-adoption.queries";
import type { AdoptionCriteria } from "./adoption";
import { type Adoption, cohortRetentionOf, drawPopulation, type Retention } from "./adoption.queries";
import { adoptionByPeople } from "./everybody.queries";
import { accountWeeklyUse, type FeatureWeeks, weeklyUse } from "./weeks.queries";

/** `feature`: the one shown week by week and in the triangle, if any. `now` in ms. */
export type AdoptionRequest = AdoptionCriteria & {
  of: Subject;
  features: readonly Feature[];
  feature?: Feature;
  now: number;
};

/** Adoption by people or by accounts; of one feature, also its use week by week and its retention. */
export async function adoptionBy(
  scope: Scope,
  { of, features, feature, now, ...criteria }: AdoptionRequest,
): Promise<{ adoption: Adoption; use: FeatureWeeks | null; retention: Retention | null }> {
  if (of === "accounts") {
    const draw = await adoptingAccounts(scope, criteria.segment, now);
    return {
      adoption: await accountAdoptionOf(scope, features, draw, criteria),
      use: feature ? await accountWeeklyUse(scope, feature, draw, now) : null,
      retention: feature ? await accountCohortRetentionOf(scope, feature, draw, now) : null,
    };
  }
  const draw = await drawPopulation(scope, criteria, now);
  return {
    adoption: await adoptionByPeople(scope, features, draw, criteria),
    use: feature ? await weeklyUse(scope, feature, draw, now) : null,
    retention: feature ? await cohortRetentionOf(scope, feature, draw, now) : null,
  };
}
