"use server";

import { toAccountRow } from "@/components/accounts/read-accounts";
import { toPersonRow } from "@/components/people/row";
import { formatPeople, whichPeople } from "@/components/people/total";
import type { PreviewShown } from "@/components/segments/preview";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { pluralCount } from "@/lib/format/number";
import { formAction, formText } from "@/lib/http/action";
import type { Scope } from "@/lib/scope";
import { previewAccountRule, previewRule } from "@/lib/segments/members.queries";
import { accountRuleInForm, isAccountForm, ruleInForm } from "@/lib/segments/read-form";
import { type AccountRule, segmentsIn } from "@/lib/segments/rule";
import { accountRuleInWords, ruleInWords } from "@/lib/segments/rule-text";
import { segmentNames } from "@/lib/segments/segments.queries";

/** Previews a rule: the number of matches, the first few, and the rule in words. */
export const previewSegment = formAction(async (form): Promise<PreviewShown> => {
  const { scope } = await requireMemberOrGuest(formText(form, "projectId"));
  if (isAccountForm(form)) return previewAccounts(scope, accountRuleInForm(form));
  const rule = ruleInForm(form);
  const [{ total, rows }, names] = await Promise.all([previewRule(scope, rule), segmentNames(scope, segmentsIn(rule))]);
  return {
    total: formatPeople(total),
    words: whichPeople(ruleInWords(rule, { segments: names })),
    people: rows.map((person) => toPersonRow(person, scope.projectId, Date.now())),
  };
});

async function previewAccounts(scope: Scope, rule: AccountRule): Promise<PreviewShown> {
  const [{ total, rows }, names] = await Promise.all([
    previewAccountRule(scope, rule),
    segmentNames(scope, segmentsIn(rule)),
  ]);
  const clock = { now: Date.now(), zone: "UTC" };
  return {
    total: pluralCount(total, "account"),
    words: accountRuleInWords(rule, { segments: names }).replace(/^accounts\b/, ""),
    people: rows.map((account) => toAccountRow(account, scope.projectId, { clock, columns: [] })),
  };
}
