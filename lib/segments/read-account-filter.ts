import type { AccountFilter } from "@/lib/accounts/filter";
import type { AccountTab } from "@/lib/accounts/types";
import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { compileAccountRule } from "./compile.queries";
import { decodeAccountRule } from "./decode-rule";
import { type AccountRule, type AccountTest, EVERYONE, segmentsIn, testsOf } from "./rule";
import { accountRuleInWords } from "./rule-text";
import { segmentNames } from "./segments.queries";

/** Like FilterShown, over accounts. */
export type AccountFilterShown = {
  rule: AccountRule;
  conditions: number;
  words: string | null;
  problem: string | null;
  compiled: AccountFilter | undefined;
};

const allOf = (...rules: (AccountRule | undefined)[]): AccountRule => ({
  kind: "and",
  of: rules.filter((one) => one !== undefined && one.of.length > 0) as AccountRule[],
});

/** The filter of an accounts list's URL, compiled. An unusable one sets `problem`, as a link may be old. */
export async function readAccountFilter(
  scope: Scope,
  filter: string,
  within?: AccountRule,
): Promise<AccountFilterShown> {
  const rule = filter === "" ? EVERYONE : decodeAccountRule(filter);
  const shown = rule ?? EVERYONE;
  const all = allOf(shown, within);
  let problem = rule ? null : "This link's filter cannot be read, so all accounts are shown.";
  let compiled: AccountFilter | undefined;
  try {
    compiled = all.of.length === 0 ? undefined : await compileAccountRule(scope, all);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "unprocessable") throw error;
    problem = `${error.message} All accounts are shown.`;
    compiled = within && (await compileAccountRule(scope, within));
  }
  const names = await segmentNames(scope, segmentsIn(shown));
  const words = shown.of.length === 0 ? null : accountRuleInWords(shown, { segments: names });
  return { rule: shown, conditions: testsOf(shown).length, words, problem, compiled };
}

/** Like readAccountFilter, for files and the API: an unusable filter is an error. */
export async function requireAccountFilter(
  scope: Scope,
  filter: string | undefined,
  within?: AccountRule,
): Promise<AccountFilter | undefined> {
  const rule = filter === undefined || filter === "" ? undefined : decodeAccountRule(filter);
  if (rule === null)
    throw new AppError("bad_request", "This filter cannot be read. Copy it from the URL of a list in the app.", {
      field: "filter",
    });
  const all = allOf(rule, within);
  return all.of.length === 0 ? undefined : compileAccountRule(scope, all);
}

/** The rule that describes the accounts of a list, now and later; for all of them, `and` of nothing. */
export function ruleOfAccountList({
  tab,
  rule,
  search,
}: {
  tab: AccountTab;
  rule: AccountRule;
  search: string;
}): AccountRule {
  const wanted: AccountRule["of"] = [...testsOfTab(tab)];
  if (rule.kind === "and") wanted.push(...rule.of);
  else if (rule.of.length > 0) wanted.push(rule);
  if (search.trim() !== "") wanted.push({ of: "search", text: search.trim() });
  const [only] = wanted;
  return wanted.length === 1 && only === rule ? rule : { kind: "and", of: wanted };
}

/** Segments exclude the project's own accounts on every tab. */
const testsOfTab = (tab: AccountTab): AccountTest[] =>
  tab === "all" || tab === "internal" ? [] : [{ of: "health", is: "oneOf", values: [tab] }];
