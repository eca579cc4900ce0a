import { z } from "zod";
import { profileSchema } from "./schemas";

/** The API's schemas for who is who. As in schemas.ts: one source for routes and document. */

const MAX_ID_CHARS = 1_000;
const TEXT_OR_NUMBER = "A user id: a string or a number.";
/** Ids as SDKs send them, before hygiene (docs/identity.md R1). */
const userId = z.union(
  [z.string().min(1, TEXT_OR_NUMBER).max(MAX_ID_CHARS, TEXT_OR_NUMBER), z.number()],
  TEXT_OR_NUMBER,
);
const anonymousId = z.string("The anonymous id: a string.").min(1, "The anonymous id: a string.").max(MAX_ID_CHARS);
const OBJECT = "The body must be a JSON object.";

export const aliasBodySchema = z
  .object({ userId: userId.describe("The other user id. It need not have been sent before.") }, OBJECT)
  .meta({ id: "AliasRequest" });
export const splitBodySchema = z
  .object(
    {
      userIds: z
        .array(userId, "A list of user ids.")
        .min(1, "At least one user id.")
        .max(100, "At most 100 user ids.")
        .describe("The user ids of this person that belong to somebody else."),
    },
    OBJECT,
  )
  .meta({ id: "SplitRequest" });
export const deviceBodySchema = z
  .object(
    {
      anonymousId: anonymousId.describe("The device."),
      userId: userId
        .optional()
        .describe("One of the person's user ids. Default: all of them that were identified on the device."),
    },
    OBJECT,
  )
  .meta({ id: "DeviceRequest" });

const time = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC, milliseconds.");
const text = z.string().nullable();
const count = z.int().min(0);
const by = text.describe("client:<id> or member:<id>; null: a message your server sent to the ingest API.");

export const spanSchema = z
  .object({
    from: time.nullable().describe("null: from the beginning."),
    to: time.nullable().describe("Exclusive. null: open-ended."),
    owner: z
      .enum(["person", "other", "nobody", "erased"])
      .describe("person: this one. other: somebody else. erased: an erased person; nobody can claim it."),
    ref: text.describe("u:<user id> that claimed it by logging in; null for nobody and for erased people."),
    identifiedFrom: time.nullable(),
    identifiedUntil: time.nullable(),
    events: count.describe("Active anonymous events in it."),
    firstSeen: time.nullable(),
    lastSeen: time.nullable(),
  })
  .meta({
    id: "Span",
    description: "A half-open interval of a device's timeline. A device's spans cover it without gaps or overlaps.",
  });

export const reasonSchema = z
  .object({
    type: z.enum(["sent", "anonymous", "contended", "identified", "aliased", "detached"]),
    text: z.string().describe("The reason as text."),
    userId: z.string().optional().describe("identified, detached: the user id. aliased: the other one of the pair."),
    at: time.optional(),
    until: time.optional().describe("identified: the last time within this span."),
    by: by.optional(),
  })
  .meta({ id: "Reason", description: "Why an id belongs to this person, or why a part of it no longer does." });

export const identitySchema = z
  .object({
    kind: z.enum(["user", "device"]),
    id: z.string(),
    class: z
      .enum(["sdk", "kiosk", "cookieless"])
      .nullable()
      .describe("How a device is recognised; null for a user id."),
    firstSeen: time.nullable().describe("For this person's part only, as are lastSeen and events."),
    lastSeen: time.nullable(),
    events: count,
    reasons: z.array(reasonSchema),
    spans: z.array(spanSchema).describe("All spans of the device, whoever owns them; empty for a user id."),
  })
  .meta({ id: "Identity", description: "One of a person's ids, and why it is theirs." });

export const linkSchema = z
  .object({ userIds: z.array(z.string()).length(2), on: z.boolean(), at: time, by })
  .meta({ id: "Link", description: "The latest statement on whether two user ids are the same person." });

export const identityListSchema = z.object({ data: z.array(identitySchema), links: z.array(linkSchema) }).meta({
  id: "IdentityList",
  description: "User ids first, then devices, most recently seen first; at most 500 devices.",
});

export const peopleSchema = z.object({ data: z.array(profileSchema) }).meta({
  id: "People",
  description:
    "Everybody the request affected, as they are now; a single entry if they are one person. Empty for a write key, which cannot read.",
});
