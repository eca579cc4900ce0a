import type { Rule } from "./rule";

const iso = (ms: number): string => new Date(ms).toISOString();

/** The rule for the people whom the overview counts as sign-ups. Times in ms. */
export const signUpsRule = ({ from, to }: { from: number; to: number }): Rule => ({
  kind: "and",
  of: [
    { kind: "time", field: "signedUp", is: "since", at: iso(from) },
    { kind: "time", field: "signedUp", is: "before", at: iso(to) },
    { kind: "fact", field: "signUp", is: "noneOf", values: ["existing"] },
  ],
});
