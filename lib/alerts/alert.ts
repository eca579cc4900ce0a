import { z } from "zod";
import { isTimeZone } from "@/lib/format/time";
import { STATES } from "@/lib/lifecycle/states";
import { type AccountRule, MAX_WHERE, type Rule, ruleSchema, SUBJECTS } from "@/lib/segments/rule";

/** The most alerts of a project: each is evaluated for every batch of events, or scans its people. */
export const MAX_ALERTS = 50;
const MAX_NAME = 100;
const MAX_EVENT = 255;
const MINUTES_OF_A_DAY = 24 * 60;

/** Conditions on an event, as a rule that somebody did it: one shape, one compiler. */
const where = z
  .array(z.unknown(), "Conditions are a list.")
  .max(MAX_WHERE, `At most ${MAX_WHERE} conditions.`)
  .default([]);
const event = z.string("Choose an event.").min(1, "Choose an event.").max(MAX_EVENT, "An event cannot have this name.");
const percent = "A risk is a number from 1 to 99 %.";

/** Whether people or accounts are watched. Older alerts, from before accounts had alerts, are on people. */
const who = z.enum(SUBJECTS, "Choose people or accounts.").default("people");

/** What fires an alert. */
const trigger = z.discriminatedUnion(
  "on",
  [
    z.object({ on: z.literal("event"), event, where }),
    z.object({
      on: z.literal("segment"),
      who,
      segment: z.guid("Choose a segment."),
      is: z.enum(["enters", "leaves"], "Choose whether they enter or leave."),
    }),
    z.object({ on: z.literal("quiet"), who }),
    /** Probability, in percent, of not coming back within the project's horizon. */
    z.object({ on: z.literal("risk"), who, above: z.int(percent).min(1, percent).max(99, percent) }),
    z.object({ on: z.literal("state"), who, state: z.enum(STATES, "Choose a state.") }),
    z.object({ on: z.literal("count"), event }),
  ],
  "Choose what fires the alert.",
);

export type Trigger = Exclude<z.infer<typeof trigger>, { on: "event" }> | EventTrigger;
export type EventTrigger = { on: "event"; event: string; where: EventConditions };
type Did = Extract<Rule["of"][number], { kind: "did" }>;
export type EventConditions = Did["where"];

/** The event as a rule; throws what ruleSchema throws. */
const didRule = (event: string, conditions: unknown) => ({
  kind: "and",
  of: [{ kind: "did", event, where: conditions, is: "atLeast", n: 1, window: { ever: true } }],
});

export const triggerSchema = trigger.transform((input, context): Trigger => {
  if (input.on !== "event") return input;
  const rule = ruleSchema.safeParse(didRule(input.event, input.where));
  const [did] = rule.success ? rule.data.of : [];
  if (did?.kind === "did") return { on: "event", event: input.event, where: did.where };
  context.issues.push({ code: "custom", path: ["where"], message: "A condition is incomplete.", input });
  return z.NEVER;
});

export const CHANNELS = ["email", "webhook", "slack", "teams"] as const;
export type Channel = (typeof CHANNELS)[number];
export const PACES = ["immediate", "hourly", "daily"] as const;
export type Pace = (typeof PACES)[number];

const time = "Quiet hours are times of the day.";
const minute = z
  .int(time)
  .min(0, time)
  .max(MINUTES_OF_A_DAY - 1, time);
/** Minutes of the day; they may span midnight. */
export type QuietHours = { from: number; to: number };
const nameless = "Name the alert.";
const unknownZone = "There is no such time zone. An example is Europe/Berlin.";

export const alertSchema = z
  .object(
    {
      name: z.string(nameless).trim().min(1, nameless).max(MAX_NAME, `At most ${MAX_NAME} characters.`),
      trigger: triggerSchema,
      channel: z.enum(CHANNELS, "Choose how it is sent."),
      /** For the three kinds of webhook; "" keeps the current one. */
      url: z.string("Enter where to send it.").trim().max(2_048, "The address is too long.").default(""),
      /** A member of the organization, for mails. */
      recipient: z.guid("Choose who gets the e-mails.").nullable().default(null),
      pace: z.enum(PACES, "Choose how often."),
      quiet: z
        .object({ from: minute, to: minute }, time)
        .nullable()
        .refine(
          (quiet) => quiet === null || quiet.from !== quiet.to,
          "Quiet hours must start and end at different times.",
        ),
      zone: z.string(unknownZone).refine(isTimeZone, unknownZone),
    },
    "An alert is an object.",
  )
  .refine(({ channel, recipient }) => channel !== "email" || recipient !== null, {
    error: "Choose who gets the e-mails.",
    path: ["recipient"],
  });

export type AlertInput = z.input<typeof alertSchema>;

/** A stored alert, without its secrets. */
export type Alert = {
  id: string;
  name: string;
  trigger: Trigger;
  channel: Channel;
  recipient: string | null;
  /** The destination of a webhook: the URL may contain a secret, its host does not. */
  host: string | null;
  pace: Pace;
  quiet: QuietHours | null;
  zone: string;
  origin: string;
  isOn: boolean;
};

/** Alerts on sets of people or accounts, which are swept. */
export type SetTrigger = Exclude<Trigger, { on: "event" | "count" }>;
export const watchesSet = (trigger: Trigger): trigger is SetTrigger => trigger.on !== "event" && trigger.on !== "count";

/** The rule for the people an alert watches; null for the risk, which no rule can express. */
export function watchedRule(trigger: SetTrigger): Rule | null {
  switch (trigger.on) {
    case "segment":
      return { kind: "and", of: [{ kind: "segment", is: "in", id: trigger.segment }] };
    case "quiet":
      return { kind: "and", of: [{ kind: "quiet", is: true }] };
    case "state":
      return { kind: "and", of: [{ kind: "state", is: "oneOf", values: [trigger.state] }] };
    case "risk":
      return null;
  }
}

/** The same for accounts; null for what their risk decides. */
export function watchedAccountRule(trigger: SetTrigger): AccountRule | null {
  switch (trigger.on) {
    case "segment":
      return { kind: "and", of: [{ of: "segment", is: "in", id: trigger.segment }] };
    case "state":
      return { kind: "and", of: [{ of: "state", is: "oneOf", values: [trigger.state] }] };
    case "quiet":
    case "risk":
      return null;
  }
}
