import { z } from "zod";
import { SORT_COLUMNS, TABS } from "@/lib/profiles/types";

/**
 * The schemas of the read API: what routes parse and answer, and what the OpenAPI document says. One source for all
 * three.
 */

const MAX_SEARCH_CHARS = 200;
/** Our cursors have at most about 100 characters. */
const MAX_CURSOR_CHARS = 512;
export const MAX_LIMIT = 1_000;
export const DEFAULT_LIMIT = 50;

const WHOLE_LIMIT = `A whole number from 1 to ${MAX_LIMIT}.`;
const limit = z
  .string()
  .regex(/^\d{1,9}$/, WHOLE_LIMIT)
  .transform(Number)
  .pipe(z.int().min(1, WHOLE_LIMIT).max(MAX_LIMIT, WHOLE_LIMIT))
  .default(DEFAULT_LIMIT)
  .describe("Rows per page.");
const cursor = z
  .string()
  .max(MAX_CURSOR_CHARS, "This cursor does not belong to this list.")
  .optional()
  .describe("`next` of the previous page, unchanged. Default: the first page.");

/** Query parameters, by route. Unknown ones are ignored; of a repeated one the first counts. */
export const profilesQuerySchema = z.object({
  search: z
    .string()
    .max(MAX_SEARCH_CHARS, `At most ${MAX_SEARCH_CHARS} characters.`)
    .optional()
    .describe(
      "Part of a user id, name, e-mail or property value, case-insensitive; or a complete anonymous id. Under 3 characters, only starts of words match.",
    ),
  identified: z
    .stringbool({ truthy: ["true"], falsy: ["false"], case: "sensitive", error: "Either true or false." })
    .optional()
    .describe("true: only people with a user id. false: only anonymous visitors. Default: everyone."),
  tab: z
    .enum(TABS, `One of ${TABS.join(", ")}.`)
    .optional()
    .describe(
      "Instead of `identified`. power: active on a quarter of the window's days or more. quiet: with a habit of at least 4 active days, silent for longer than their own rhythm explains and more likely to stay away than to return; most worth a call first. Computed daily. internal: the project's own team and test users, who are on no other tab.",
    ),
  window: z
    .enum(["7", "30", "90"], "Either 7, 30 or 90 days.")
    .optional()
    .describe("Of the tab power, in days. Default 30."),
  internal: z
    .enum(["true", "false"], "Either true or false.")
    .optional()
    .describe("true: include the project's own team and test users. Default: false."),
  sort: z
    .string()
    .max(300, "At most 300 characters.")
    .optional()
    .describe(
      `A column (${SORT_COLUMNS.join(", ")}) or a property (p:plan); a leading - sorts in descending order. People without a value come last. Default -lastSeen.`,
    ),
  filter: z
    .string()
    .max(8_000, "At most 8,000 characters.")
    .optional()
    .describe(
      'A rule, in the syntax of the app\'s URLs: and(identified(yes),prop(plan,text,oneOf,pro),did(export,exactly,0,last(14))). state(oneOf,today,slipping,dormant), or with a day in place of today, asks for somebody\'s lifecycle state. The time window of an event is last(14), since(2026-01-31), between(2026-01-01,2026-02-01), ever, or a window in each person\'s life, starting at a moment or some days after it: within(7,firstSeen), within(7,signedUp), within(7,event,trial_started), after(30,within(30,firstSeen)). active(days,atLeast,2,…), active(visits,…) and didAny(atLeast,1,…,prop(…)) take the same windows. 42 and "42" are the same value, as are true and "true"; noneOf, ne, notContains and hasNone include people without the property. Matches are a second or two behind incoming events.',
    ),
  limit,
  cursor,
});
export const eventsQuerySchema = z.object({
  order: z.enum(["asc", "desc"], "Either asc or desc.").default("desc").describe("By time: asc is oldest first."),
  limit,
  cursor,
});
export const sessionsQuerySchema = z.object({ limit, cursor });

const time = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC, milliseconds.");
const text = z.string().nullable();
const count = z.int().min(0);
const whereabouts = {
  country: text.describe("ISO 3166-1 alpha-2."),
  city: text,
  device: text.describe("desktop, mobile, tablet, server or other."),
  browser: text,
  os: text,
};
const properties = z.record(z.string(), z.unknown());

export const profileSchema = z
  .object({
    ref: z.string().describe("u:<user id> or a:<anonymous id>. Percent-encode it in a URL."),
    userIds: z.array(z.string()).describe("Every user id this person is known by."),
    anonymousIds: z.array(z.string()).describe("Every device that is this person's, in whole or in part."),
    name: text,
    email: text,
    avatar: text,
    anonymousName: text.describe(
      "A generated readable name for an anonymous visitor, always the same for one anonymous id.",
    ),
    identified: z.boolean(),
    firstSeen: time.nullable().describe("First activity. null: described by a server but never active."),
    lastSeen: time.nullable(),
    signedUpAt: time
      .nullable()
      .describe("null for visitors and for customers who predate the first event and whose sign-up date is unknown."),
    isInternal: z.boolean().describe("One of your own team or a test account: not in any count."),
    consent: z
      .object({
        decision: z.enum(["given", "withdrawn"]),
        version: text.describe("Of the text they were shown, as it was sent."),
        decidedAt: time,
      })
      .nullable()
      .describe("Their latest decision about consent. null: none is known. A second or two behind incoming events."),
    events: count.describe("Activity: page views, custom events, identifies from a browser. Not property changes."),
    sessions: count,
    ...whereabouts,
    source: text.describe("Source of the first session: the referring site, the utm_source, or Direct."),
    properties: properties.describe("Merged from everything sent, nested."),
  })
  .meta({ id: "Profile", description: "A person: one or more user ids and their devices, or an anonymous visitor." });

export const eventSchema = z
  .object({
    id: z.guid(),
    name: z.string().describe("The event's name; identify for an identify."),
    timestamp: time,
    sessionId: z.guid().nullable(),
    attribution: z
      .enum(["explicit", "claimed", "inferred"])
      .describe(
        "explicit: sent with this id. claimed: anonymous, but the user was identified on that device later. inferred: anonymous, after the last identify on that device.",
      ),
    actor: z.string().describe("The id it was sent with: u:<user id> or a:<anonymous id>."),
    origin: text,
    path: text,
    title: text,
    referrer: text,
    ...whereabouts,
    revenue: z.int().nullable().describe("Minor units (cents)."),
    groups: z.array(z.string()),
    properties,
    warnings: z.array(z.string()).describe("What was altered during ingestion, as text."),
  })
  .meta({ id: "Event", description: "One thing a person did." });

export const sessionSchema = z
  .object({
    id: z.guid(),
    startedAt: time,
    endedAt: time,
    durationMs: count,
    events: count,
    pageViews: count,
    revenue: z.int().describe("Minor units (cents)."),
    entryPage: text,
    exitPage: text,
    ...whereabouts,
    source: z.string().describe("The referring site, the utm_source, or Direct."),
    referrer: text,
  })
  .meta({
    id: "Session",
    description: "One visit. The anonymous part before a log-in and the part after it are one visit.",
  });

const next = z.string().nullable().describe("Pass it as `cursor` to get the next page; null on the last page.");
export const profilePageSchema = z.object({ data: z.array(profileSchema), next }).meta({ id: "ProfilePage" });
export const eventPageSchema = z.object({ data: z.array(eventSchema), next }).meta({ id: "EventPage" });
export const sessionPageSchema = z.object({ data: z.array(sessionSchema), next }).meta({ id: "SessionPage" });

export const failureSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string().describe("For humans: what happened and what to do about it."),
      field: z.string().optional().describe("The invalid input."),
    }),
  })
  .meta({ id: "Error" });
