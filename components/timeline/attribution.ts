import type { Attribution } from "@/lib/timeline/types";

/** How an event was attributed: a label for the row and a sentence for its details. */
export const ATTRIBUTIONS: Record<Attribution, { mark: string | null; sentence: string }> = {
  explicit: { mark: null, sentence: "Sent with this user's id." },
  claimed: {
    mark: "before log-in",
    sentence: "Anonymous at the time; the same device was identified as this user later.",
  },
  inferred: {
    mark: "logged out, same device",
    sentence: "Anonymous at the time; this user was the last one identified on the device.",
  },
};
