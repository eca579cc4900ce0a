export const PERIODS = [7, 30, 90] as const;
/** A number of days, compared with as many before. */
export type Period = (typeof PERIODS)[number];
