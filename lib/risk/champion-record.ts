import { hasChampion, isChampionQuiet, SILENT_DAYS } from "./champion";
import { countUpTo, isActiveWithin, type Past } from "./history";
import type { Seats } from "./seats.queries";

/** The warning is judged by what has happened to accounts since this many days ago. */
export const CHAMPION_AGO = 60;

/** With fewer accounts on either side a share means nothing. */
const MIN_ACCOUNTS = 5;

/** Whether a track record has enough accounts to say what became of those whose champion was quiet, and of others. */
export const hasEnoughAccounts = ({ quiet, others }: { quiet: number; others: number }): boolean =>
  quiet >= MIN_ACCOUNTS && others >= MIN_ACCOUNTS;

/**
 * An account with a champion at that time: whether they were quiet, and whether the account has since lost everybody.
 */
export type ChampionOutcome = { id: string; flagged: boolean; away: boolean };

/**
 * The outcomes of accounts that were in use 60 days before `today` and had a champion; `away`: nobody came in the last
 * 14 days. `before`: their seats as of the earlier day.
 */
export function championOutcomes(
  days: ReadonlyMap<string, Past>,
  before: ReadonlyMap<string, Seats>,
  today: number,
): ChampionOutcome[] {
  const cutoff = today - CHAMPION_AGO;
  return [...before].flatMap(([id, seats]) => {
    const own = days.get(id)?.days ?? [];
    if (!hasChampion(seats) || countUpTo(own, cutoff) === countUpTo(own, cutoff - SILENT_DAYS)) return [];
    return [{ id, flagged: isChampionQuiet(seats), away: !isActiveWithin(own, today - SILENT_DAYS, today) }];
  });
}
