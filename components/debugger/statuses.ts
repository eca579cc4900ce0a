import type { MessageStatus } from "@/lib/debugger/types";

/** Label, colour and explanation of each message status. */
export const STATUS_STYLES: Record<MessageStatus, { label: string; dot: string; hint: string }> = {
  accepted: { label: "Accepted", dot: "bg-online", hint: "Stored as sent." },
  altered: { label: "Altered", dot: "bg-warning", hint: "Stored, but not exactly as sent." },
  duplicate: { label: "Duplicate", dot: "bg-muted-foreground/60", hint: "Already stored: the same id was sent again." },
  rejected: { label: "Rejected", dot: "bg-destructive", hint: "Not stored: the message is invalid." },
  refused: { label: "Refused", dot: "bg-foreground/70", hint: "Deliberately not stored." },
};
