import { grantScope } from "@/lib/scope";
import { accountCases } from "../account-cases";
import type { Case, IsWanted } from "../case";
import { compareCases } from "../compare-cases";
import { ensureData, LARGE, type Size, sizeFrom } from "../data";
import { lifecycleCases } from "../lifecycle-cases";
import { measureAll } from "../measure";
import { riskRows } from "../risk-cost";
import type { Bench, Figure, FigureRow } from "../support";

const TENTH: Size = { people: LARGE.people / 10, events: LARGE.events / 10 };

/**
 * Accounts, lifecycle, comparison and risk where a million people have 50,000 accounts and 10,000,000 events, and what
 * the same costs on a tenth. Also writes bench/results-accounts.md.
 */
export const accounts: Figure = {
  name: "accounts",
  title: "Accounts, lifecycle, comparison and risk over a million people",
  run: accountsOf,
};

async function accountsOf(bench: Bench): Promise<FigureRow[]> {
  const size = sizeFrom(process.env.BENCH_SIZE);
  const isLarge = size === LARGE;
  const tenth = isLarge ? await ensureData(bench.db, TENTH, bench.log) : undefined;
  const all = await ensureData(bench.db, size, bench.log);
  return measureAll(bench, all, casesOf, {
    isKept: isLarge,
    file: "results-accounts.md",
    title: "Accounts, lifecycle, comparison and risk: a million people, 50,000 accounts, 10,000,000 events",
    tenth: tenth === undefined ? undefined : grantScope(tenth, "system:bench"),
    more: () => riskRows(bench, tenth === undefined ? [all] : [tenth, all]),
  });
}

const casesOf = async (scope: Parameters<typeof compareCases>[0], isWanted: IsWanted): Promise<Case[]> =>
  [...(await accountCases(scope)), ...lifecycleCases(scope), ...(await compareCases(scope))].filter(({ name }) =>
    isWanted(name),
  );
