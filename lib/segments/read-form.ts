import { AppError } from "@/lib/errors";
import { formText } from "@/lib/http/action";
import { decodeAccountRule, decodeRule } from "./decode-rule";
import type { AccountRule, Rule } from "./rule";

const incompleteRule = (all: string) =>
  new AppError("unprocessable", `Add at least one complete condition. A segment cannot include ${all}.`, {
    field: "filter",
  });

export const isAccountForm = (form: FormData): boolean => formText(form, "subject") === "accounts";

/** The rule in a form, encoded as in URLs. */
export function ruleInForm(form: FormData): Rule {
  const rule = decodeRule(formText(form, "filter"));
  if (!rule || rule.of.length === 0) throw incompleteRule("everyone");
  return rule;
}

export function accountRuleInForm(form: FormData): AccountRule {
  const rule = decodeAccountRule(formText(form, "filter"));
  if (!rule || rule.of.length === 0) throw incompleteRule("all accounts");
  return rule;
}
