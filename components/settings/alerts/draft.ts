import type { Alert, AlertInput, Channel, Pace, Trigger } from "@/lib/alerts/alert";
import type { Subject } from "@/lib/segments/rule";
import { type EventConditionRow, toEventCondition, toEventConditionRow } from "./conditions";

/** An alert as the form edits it: strings, like its fields. */
export type AlertDraft = {
  name: string;
  on: Trigger["on"];
  /** Whether people or accounts are watched. */
  who: Subject;
  event: string;
  conditions: EventConditionRow[];
  segment: string;
  is: "enters" | "leaves";
  above: string;
  state: string;
  channel: Channel;
  url: string;
  recipient: string;
  pace: Pace;
  isQuiet: boolean;
  /** "22:00" */
  from: string;
  to: string;
  zone: string;
};

type Reader = { zone: string; self: string; sendsMail: boolean };

export const newAlertDraft = ({ zone, self, sendsMail }: Reader): AlertDraft => ({
  name: "",
  on: "quiet",
  who: "people",
  event: "",
  conditions: [],
  segment: "",
  is: "enters",
  above: "80",
  state: "dormant",
  channel: sendsMail ? "email" : "webhook",
  url: "",
  recipient: self,
  pace: "immediate",
  isQuiet: false,
  from: "20:00",
  to: "08:00",
  zone,
});

export function toAlertDraft(
  { name, trigger, channel, recipient, pace, quiet, zone }: Alert,
  self: string,
): AlertDraft {
  const shared = { name, on: trigger.on, channel, recipient: recipient ?? self, pace, isQuiet: quiet !== null, zone };
  const times = quiet ? { from: clockOf(quiet.from), to: clockOf(quiet.to) } : {};
  return { ...newAlertDraft({ zone, self, sendsMail: true }), ...shared, ...times, ...triggerFields(trigger) };
}

function triggerFields(trigger: Trigger): Partial<AlertDraft> {
  switch (trigger.on) {
    case "event":
      return { event: trigger.event, conditions: trigger.where.flatMap((one) => toEventConditionRow(one) ?? []) };
    case "segment":
      return { who: trigger.who, segment: trigger.segment, is: trigger.is };
    case "risk":
      return { who: trigger.who, above: String(trigger.above) };
    case "state":
      return { who: trigger.who, state: trigger.state };
    case "count":
      return { event: trigger.event };
    case "quiet":
      return { who: trigger.who };
  }
}

/** The alert to save; lib/alerts validates it. */
export function toAlertInput(draft: AlertDraft): AlertInput {
  const { name, channel, url, recipient, pace, isQuiet, from, to, zone } = draft;
  const trigger = triggerOf(draft) as AlertInput["trigger"];
  const quiet = isQuiet ? { from: minuteOf(from), to: minuteOf(to) } : null;
  return { name, trigger, channel, url, recipient: channel === "email" ? recipient : null, pace, quiet, zone };
}

function triggerOf({ on, who, event, conditions, segment, is, above, state }: AlertDraft): object {
  switch (on) {
    case "event":
      return { on, event, where: conditions.map(toEventCondition) };
    case "segment":
      return { on, who, segment, is };
    case "risk":
      return { on, who, above: Number(above) };
    case "state":
      return { on, who, state };
    case "count":
      return { on, event };
    case "quiet":
      return { on, who };
  }
}

const two = (n: number) => String(n).padStart(2, "0");
const clockOf = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const minuteOf = (clock: string): number => {
  const [hours = "0", minutes = "0"] = clock.split(":");
  return Number(hours) * 60 + Number(minutes);
};
