/**
 * How long silences last, in weighted days: the share of silences of one length that ended by another. A Kaplan-Meier
 * estimate, so ongoing silences count for as long as they have lasted.
 */
export type GapTable = { survival: readonly number[] };

/** In days; longer silences are not distinguished. */
const LONGEST = 1_500;
/** The previous length's hazard, as a prior, weighs as much as this many silences. */
const PRIOR_SILENCES = 20;

/** Counts silences that have ended, and those that last, by their length; `table` gives the estimate. */
export function gapCounter() {
  const ended = new Float64Array(LONGEST + 2);
  const lasting = new Float64Array(LONGEST + 2);
  const at = (length: number) => Math.max(0, Math.min(LONGEST, Math.round(length)));
  return {
    ended: (length: number) => {
      const i = at(length);
      ended[i] = (ended[i] as number) + 1;
    },
    lasting: (length: number) => {
      const i = at(length);
      lasting[i] = (lasting[i] as number) + 1;
    },
    table: (): GapTable => {
      let reached = 0;
      for (let i = 0; i <= LONGEST; i++) reached += (ended[i] as number) + (lasting[i] as number);
      const survival = new Array<number>(LONGEST + 2).fill(0);
      let share = 1;
      let hazard = 0.05;
      for (let i = 0; i <= LONGEST; i++) {
        survival[i] = share;
        // With little evidence, shrinks towards the previous hazard, which decays with the inverse of the length.
        const before = (hazard * (i + 1)) / (i + 2);
        hazard = ((ended[i] as number) + PRIOR_SILENCES * before) / (reached + PRIOR_SILENCES);
        share *= 1 - Math.min(hazard, 0.999);
        reached -= (ended[i] as number) + (lasting[i] as number);
      }
      survival[LONGEST + 1] = share;
      return { survival };
    },
  };
}

/** Of silences longer than `silence`, the share that end within the next `ahead`. */
export function endsWithin({ survival }: GapTable, silence: number, ahead: number): number {
  const at = (length: number) => survival[Math.max(0, Math.min(LONGEST + 1, Math.round(length) + 1))] as number;
  const now = at(Math.min(silence, LONGEST - ahead));
  return now > 0 ? 1 - at(Math.min(silence, LONGEST - ahead) + ahead) / now : 0;
}
