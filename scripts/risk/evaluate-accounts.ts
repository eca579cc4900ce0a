/** The part of `npm run evaluate:risk` about accounts: invented ones, whose habits and departures are known. */
import { type History, isActiveWithin } from "@/lib/risk/history";
import { auc, brier, calibrationError, lift, type Scored } from "@/lib/risk/measures";
import { adaptModel, fitModel, type Model, returnWithinHorizon } from "@/lib/risk/model";
import { knownAt } from "./histories";
import { FIRST_DAY, inventAccounts } from "./populations";

const HORIZON = 14;
const CUTOFFS = [240, 269, 298].map((day) => FIRST_DAY + day);
/** How many accounts a project has to learn from; all are evaluated on the same other ones. */
const SIZES = [10, 30, 100, 400, 2_000];
const JUDGED = 1_000;

export type AccountRow = {
  accounts: number;
  method: string;
  auc: number;
  lift: number;
  brier: number | null;
  calibrationError: number | null;
};

const scoresBy = (judged: readonly History[], cutoff: number, score: (days: number[]) => number): Scored[] =>
  judged.flatMap(({ days }) => {
    const known = days.filter((day) => day <= cutoff);
    return known.length === 0
      ? []
      : [{ score: score(known), returned: isActiveWithin(days, cutoff, cutoff + HORIZON) }];
  });

/** How well each method predicts which accounts anybody returns to, for several numbers of accounts to learn from. */
export function accountRows(): AccountRow[] {
  const judged = inventAccounts(91, JUDGED);
  const byMethod = new Map<
    string,
    { row: Pick<AccountRow, "accounts" | "method">; scored: Scored[]; isRank: boolean }
  >();
  const add = (accounts: number, method: string, scored: Scored[], isRank = false) => {
    const key = `${accounts} ${method}`;
    const kept = byMethod.get(key) ?? { row: { accounts, method }, scored: [], isRank };
    kept.scored.push(...scored);
    byMethod.set(key, kept);
  };
  for (const accounts of SIZES) {
    const learnt = inventAccounts(92, accounts);
    const people = learnt.flatMap((account) => account.people).filter(({ days }) => days.length > 0);
    for (const cutoff of CUTOFFS) {
      const of = (model: Model) =>
        scoresBy(judged, cutoff, (days) => returnWithinHorizon(model, days, cutoff) as number);
      const prior = fitModel(knownAt(people, cutoff), cutoff, HORIZON);
      const own = fitModel(knownAt(learnt, cutoff), cutoff, HORIZON);
      if (prior) add(accounts, "**adapted**", of(adaptModel(prior, knownAt(learnt, cutoff), cutoff)));
      if (prior) add(accounts, "people's model, unchanged", of(prior));
      if (own) add(accounts, "fitted to accounts alone", of(own));
      add(
        accounts,
        "days silent",
        scoresBy(judged, cutoff, (days) => (days.at(-1) as number) - cutoff),
        true,
      );
    }
  }
  return [...byMethod.values()].map(({ row, scored, isRank }) => ({
    ...row,
    auc: auc(scored),
    lift: lift(scored),
    brier: isRank ? null : brier(scored),
    calibrationError: isRank ? null : calibrationError(scored),
  }));
}
