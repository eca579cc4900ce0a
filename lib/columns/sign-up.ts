import type { Column } from "./column";

/** When and how people signed up (docs/decisions/0067-sign-up.md), among the columns of PEOPLE_COLUMNS. */
export const SIGN_UP_COLUMNS = [
  /** Empty for visitors, and for customers who predate the project, unless their sign-up date is known. */
  {
    key: "signedUp",
    label: "Signed up",
    kind: "time",
    stored: "signed_up_at",
    field: "signedUpAt",
    from: "facts",
    width: 120,
    sort: "profile_facts_signed_up_idx",
    filter: true,
  },
  {
    key: "signUp",
    label: "How they signed up",
    word: "sign-up",
    kind: "text",
    stored: "sign_up",
    from: "facts",
    width: 150,
    sort: "sortedCopy",
    filter: true,
  },
  {
    key: "visitsToSignUp",
    label: "Visits before sign-up",
    word: "visits before signing up",
    kind: "number",
    stored: "visits_to_sign_up",
    filter: true,
  },
  {
    key: "stepBeforeSignUp",
    label: "Last step before sign-up",
    word: "last step before signing up",
    kind: "text",
    stored: "step_before_sign_up",
    filter: true,
  },
] as const satisfies readonly Column[];
