import { Webhook } from "standardwebhooks";
import type { Channel } from "./alert";
import { type AlertMessage, type Cause, causeLine, messageTitle, toOneLine } from "./message";

export type HttpMessage = { body: string; headers: Record<string, string> };

/** The payload for each kind of webhook; `sentAt` in ms. */
export function httpMessage(
  channel: Exclude<Channel, "email">,
  message: AlertMessage,
  secret: string | null,
  sentAt: number,
): HttpMessage {
  const headers = { "content-type": "application/json" };
  if (channel === "slack") return { body: JSON.stringify(slack(message)), headers };
  if (channel === "teams") return { body: JSON.stringify(teams(message)), headers };
  const body = JSON.stringify(signedPayload(message, sentAt));
  const timestamp = new Date(sentAt);
  return {
    body,
    headers: {
      ...headers,
      "webhook-id": message.id,
      "webhook-timestamp": String(Math.floor(sentAt / 1000)),
      "webhook-signature": new Webhook(secret ?? "").sign(message.id, timestamp, body),
    },
  };
}

/** The signed webhook's body (docs/alerts.md). */
export function signedPayload(message: AlertMessage, sentAt: number) {
  const { alert, project, causes, more, isTest, url, what } = message;
  return {
    type: isTest ? "alert.test" : "alert.fired",
    timestamp: new Date(sentAt).toISOString(),
    data: {
      alert: { id: alert.id, name: alert.name, on: alert.trigger.on, what, url },
      project,
      causes: causes.map((cause) => ({
        at: new Date(cause.at).toISOString(),
        person: cause.about?.kind === "person" ? nameOf("ref", cause.about) : null,
        account: cause.about?.kind === "account" ? nameOf("id", cause.about) : null,
        count: cause.numbers,
      })),
      more,
    },
  };
}

const nameOf = (key: "ref" | "id", { id, name, url }: NonNullable<Cause["about"]>) => ({ [key]: id, name, url });

/** Slack reads <…> as links and & as the start of an entity. */
const slackText = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function slack(message: AlertMessage) {
  const line = (cause: Cause) =>
    cause.about
      ? `• <${cause.about.url}|${slackText(causeLine(cause)).replace(/\|/g, "/")}>`
      : `• ${slackText(causeLine(cause))}`;
  const lines = [
    `*${slackText(messageTitle(message)).replace(/\*/g, "")}*`,
    slackText(message.what),
    ...message.causes.map(line),
    ...moreLine(message),
    `<${message.url}|Open the alert>`,
  ];
  return { text: lines.join("\n") };
}

/** Adaptive cards interpret some Markdown; a TextRun does not. */
const textBlock = (text: string, url: string | null = null) => ({
  type: "RichTextBlock",
  inlines: [{ type: "TextRun", text, ...(url ? { selectAction: { type: "Action.OpenUrl", url } } : {}) }],
});

function teams(message: AlertMessage) {
  const body = [
    {
      type: "RichTextBlock",
      inlines: [{ type: "TextRun", text: messageTitle(message), weight: "Bolder", size: "Medium" }],
    },
    textBlock(message.what),
    ...message.causes.map((cause) => textBlock(causeLine(cause), cause.about?.url)),
    ...moreLine(message).map((line) => textBlock(line)),
  ];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body,
    actions: [{ type: "Action.OpenUrl", title: "Open the alert", url: message.url }],
  };
  return {
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  };
}

/** The message as a mail: subject and text. */
export function mailOf(message: AlertMessage): { subject: string; text: string } {
  const lines = message.causes.map((cause) => `- ${causeLine(cause)}${cause.about ? `\n  ${cause.about.url}` : ""}`);
  const parts = [
    `${toOneLine(message.what)}.`,
    [...lines, ...moreLine(message)].join("\n"),
    `This alert, its deliveries and how to turn it off:\n${message.url}`,
  ];
  return { subject: messageTitle(message), text: `${parts.filter((part) => part !== "").join("\n\n")}\n` };
}

const moreLine = ({ more, causes }: AlertMessage): string[] =>
  more > 0 ? [causes.length > 0 ? `and ${more} more` : `${more} in all`] : [];
