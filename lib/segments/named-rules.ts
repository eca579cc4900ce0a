import type { AccountRule, Rule } from "./rule";

/** The filter for a segment's list: the people in it now, by rule or by imported list. */
export const membersRule = (segmentId: string): Rule => ({
  kind: "and",
  of: [{ kind: "segment", is: "in", id: segmentId }],
});

/** The filter for an account segment's list. */
export const accountMembersRule = (segmentId: string): AccountRule => ({
  kind: "and",
  of: [{ of: "segment", is: "in", id: segmentId }],
});

/** Accounts whose people have all fallen out of the account's own rhythm. */
export const ACCOUNTS_AT_RISK: AccountRule = {
  kind: "and",
  of: [{ of: "warning", is: "oneOf", values: ["atRisk"] }],
};

/** Accounts whose champion went quiet, and that are not at risk yet: those of quietChampions (lib/risk). */
export const QUIET_CHAMPIONS: AccountRule = {
  kind: "and",
  of: [
    { of: "warning", is: "oneOf", values: ["championQuiet"] },
    { of: "warning", is: "noneOf", values: ["atRisk"] },
  ],
};
