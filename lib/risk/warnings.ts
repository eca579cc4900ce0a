/** Why an account is listed on Risk: nobody is likely to return, or its most active person has stopped. */
export const WARNINGS = ["atRisk", "championQuiet"] as const;
export type Warning = (typeof WARNINGS)[number];

export const WARNING_LABELS: Record<Warning, string> = {
  atRisk: "At risk",
  championQuiet: "Champion went quiet",
};
