import type { Status } from "@/lib/debugger/types";

/** Label, colour and explanation of each message status. */
export const STATUS_STYLES: Record<Status, { label: string; dot: string; hint: string }> = {
  accepted: { label: "Accepted", dot: "bg-online", hint: "Stored as it was sent." },
  altered: { label: "Altered", dot: "bg-warning", hint: "Stored, but not quite as it was sent." },
  duplicate: { label: "Duplicate", dot: "bg-muted-foreground/60", hint: "Stored before: the same id came again." },
  rejected: { label: "Rejected", dot: "bg-destructive", hint: "Not stored: something was wrong with it." },
  refused: { label: "Refused", dot: "bg-foreground/70", hint: "Not stored on purpose." },
};
