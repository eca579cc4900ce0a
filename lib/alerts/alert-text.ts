import type { Alert, Channel, Pace, SetTrigger, Trigger } from "./alert";

/** The trigger as a list shows it: "Somebody does report_exported". `segments`: names by id. */
export function triggerInWords(trigger: Trigger, segments: ReadonlyMap<string, string>): string {
  switch (trigger.on) {
    case "event":
      return `Somebody does ${trigger.event}${trigger.where.length > 0 ? `, with ${conditions(trigger.where.length)}` : ""}`;
    case "segment":
      return `${whoOf(trigger)} ${trigger.is} ${segments.get(trigger.segment) ?? "a deleted segment"}`;
    case "quiet":
      return `${whoOf(trigger)} goes quiet`;
    case "risk":
      return `${whoOf(trigger)}'s risk of not coming back reaches ${trigger.above} %`;
    case "state":
      return `${whoOf(trigger)} becomes ${trigger.state}`;
    case "count":
      return `A day's count of ${trigger.event} is unusual`;
  }
}

const whoOf = ({ who }: SetTrigger): string => (who === "people" ? "Somebody" : "An account");

const conditions = (count: number): string => (count === 1 ? "a condition" : `${count} conditions`);

export const CHANNEL_WORDS: Record<Channel, string> = {
  email: "E-mail",
  webhook: "Signed webhook",
  slack: "Slack",
  teams: "Microsoft Teams",
};

export const PACE_WORDS: Record<Pace, string> = {
  immediate: "Immediately",
  hourly: "Once an hour, together",
  daily: "Once a day at 9:00, together",
};

/** "Slack (hooks.slack.com)", "E-mail to Ada". */
export const targetInWords = ({ channel, host }: Pick<Alert, "channel" | "host">, recipient: string | null): string =>
  channel === "email" ? `E-mail to ${recipient ?? "somebody who left"}` : `${CHANNEL_WORDS[channel]} (${host ?? "?"})`;
