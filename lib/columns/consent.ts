import type { Column } from "./column";

/** The latest decision about consent, among the columns of PEOPLE_COLUMNS. */
export const CONSENT_COLUMNS = [
  {
    key: "consent",
    label: "Consent",
    kind: "text",
    stored: "consent",
    from: "facts",
    width: 110,
    sort: "sortedCopy",
    filter: true,
  },
  {
    key: "consentVersion",
    label: "Consent text",
    word: "consent text",
    kind: "text",
    stored: "consent_version",
    from: "facts",
    width: 120,
    sort: "sortedCopy",
    filter: true,
  },
  {
    key: "consentAt",
    label: "Consent decided",
    word: "a decision about consent",
    kind: "time",
    stored: "consent_at",
    from: "facts",
    filter: true,
  },
] as const satisfies readonly Column[];
