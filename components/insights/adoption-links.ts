import { listHref } from "@/components/columns/list-url";
import {
  accountRuleOfCell,
  accountRuleOfCohort,
  accountRuleOfWeek,
  accountsRule,
} from "@/lib/adoption/account-adoption";
import type { WeekColumn } from "@/lib/adoption/adoption";
import {
  type AdoptionCriteria,
  populationRule,
  ruleOfCell,
  ruleOfCohort,
  ruleOfWeek,
  type UseGroup,
} from "@/lib/adoption/adoption";
import type { Feature } from "@/lib/features/rule";
import { encodeAccountRule, encodeRule } from "@/lib/segments/encode-rule";
import type { AccountRule, Rule, Subject } from "@/lib/segments/rule";

/** The lists behind the numbers; null where no rule can describe them. */
export type AdoptionLinks = {
  all: string;
  cell: (feature: Feature, column: UseGroup) => string | null;
  week: (feature: Feature, column: WeekColumn, monday: number) => string | null;
  cohort: (feature: Feature, monday: number, n?: number) => string | null;
};

export function adoptionLinksOf(of: Subject, projectId: string, criteria: AdoptionCriteria): AdoptionLinks {
  const { segment } = criteria;
  const people = (rule: Rule | null) => rule && listHref(`/${projectId}/users`, { filter: encodeRule(rule) });
  const accounts = (rule: AccountRule | null) =>
    rule && listHref(`/${projectId}/accounts`, { filter: encodeAccountRule(rule) });
  return of === "people"
    ? {
        all: people(populationRule(criteria)) as string,
        cell: (feature, column) => people(ruleOfCell(feature, column, criteria)),
        week: (feature, column, monday) => people(ruleOfWeek(feature, column, monday, criteria)),
        cohort: (feature, monday, n) => people(ruleOfCohort(feature, monday, criteria, n)),
      }
    : {
        all: accounts(accountsRule(segment)) as string,
        cell: (feature, column) => accounts(accountRuleOfCell(feature, column, criteria)),
        week: (feature, column, monday) => accounts(accountRuleOfWeek(feature, column, monday, segment)),
        cohort: (feature, monday, n) => accounts(accountRuleOfCohort(feature, monday, segment, n)),
      };
}
