/** A champion has the most active days in this many before the last two weeks, and at least CHAMPION_MIN. */
export const CHAMPION_DAYS = 90;
const CHAMPION_MIN = 4;
/** Silence that counts for lost seats and champions, in days. */
export const SILENT_DAYS = 14;
/** Champions count as silent after this many of their usual gaps. */
const CHAMPION_GAPS = 3;

/** `people`: how many were active in those days. Of the champion, the active days in them and the days of silence. */
export type Champion = { people: number; championDays: number; championSilent: number };

/** Whether an account has a champion; not if only one person uses it. */
export const hasChampion = ({ people, championDays }: Champion): boolean => people > 1 && championDays >= CHAMPION_MIN;

/** Whether an account's most active person has stopped coming. */
export const isChampionQuiet = (champion: Champion): boolean => hasChampion(champion) && isSilent(champion);

const isSilent = ({ championDays, championSilent }: Champion): boolean =>
  championSilent >= Math.max(SILENT_DAYS, (CHAMPION_GAPS * CHAMPION_DAYS) / championDays);
