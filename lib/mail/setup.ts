import { config } from "@/lib/config";

/** How this instance sends mail: "smtp", "mailbox" (development shows it at /mailbox), or not at all. */
export function mailMode(): "smtp" | "mailbox" | "none" {
  const { SMTP_URL, NODE_ENV } = config();
  if (SMTP_URL !== "") return "smtp";
  return NODE_ENV === "development" ? "mailbox" : "none";
}

/** Whether links to this instance's own address may be mailed. */
export const canSendMail = (): boolean => mailMode() !== "none";
