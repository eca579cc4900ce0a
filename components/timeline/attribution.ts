import type { Attribution } from "@/lib/timeline/types";

/** Why an event that was not sent with this person's id is theirs: a word for the row, a sentence for its detail. */
export const ATTRIBUTIONS: Record<Attribution, { mark: string | null; sentence: string }> = {
  explicit: { mark: null, sentence: "Sent with this user's id." },
  claimed: {
    mark: "before login",
    sentence: "Anonymous at the time; the same device was identified as this user later.",
  },
  inferred: {
    mark: "logged out, same device",
    sentence: "Anonymous at the time; this user was the last one identified on the device.",
  },
};
