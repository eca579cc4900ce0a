export const PERIODS = [7, 30, 90] as const;
/** Days that are compared with as many before. */
export type Period = (typeof PERIODS)[number];
