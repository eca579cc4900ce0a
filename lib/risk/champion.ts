/** A champion is the person with the most active days in this many up to the last two weeks, and at least this many. */
export const CHAMPION_DAYS = 90;
const CHAMPION_MIN = 4;
/** Seats lost, and champions silent: for this many days. */
export const SILENT_DAYS = 14;
/** They count as silent after this many of their usual gaps. */
const CHAMPION_GAPS = 3;

/**
 * `people`: who was active in those days. The champion's active days in them, and for how many days they have been
 * silent.
 */
export type Champion = { people: number; championDays: number; championSilent: number };

/** An account of one person has no champion: it is them. */
export const hasChampion = ({ people, championDays }: Champion): boolean => people > 1 && championDays >= CHAMPION_MIN;

/** Whether an account's most active person has stopped coming. */
export const isChampionQuiet = (champion: Champion): boolean => hasChampion(champion) && isSilent(champion);

const isSilent = ({ championDays, championSilent }: Champion): boolean =>
  championSilent >= Math.max(SILENT_DAYS, (CHAMPION_GAPS * CHAMPION_DAYS) / championDays);
