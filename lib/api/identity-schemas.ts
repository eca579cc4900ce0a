import { z } from "zod";
import { profile } from "./schemas";

/**
 * The shapes of the part of the API that says who is who, and erases. As schemas.ts: one source for routes and
 * document.
 */

const MAX_ID_CHARS = 1_000;
const TEXT_OR_NUMBER = "A user id: text, or a number.";
/** Ids as SDKs send them, before hygiene (docs/identity.md R1). */
const userId = z.union(
  [z.string().min(1, TEXT_OR_NUMBER).max(MAX_ID_CHARS, TEXT_OR_NUMBER), z.number()],
  TEXT_OR_NUMBER,
);
const anonymousId = z.string("The anonymous id: text.").min(1, "The anonymous id: text.").max(MAX_ID_CHARS);
const OBJECT = "The body is a JSON object.";

export const aliasBody = z
  .object({ userId: userId.describe("The other user id. It may be one nothing was sent with yet.") }, OBJECT)
  .meta({ id: "AliasRequest" });
export const splitBody = z
  .object(
    {
      userIds: z
        .array(userId, "A list of user ids.")
        .min(1, "At least one user id.")
        .max(100, "At most 100 user ids.")
        .describe("Those of this person's user ids that are somebody else."),
    },
    OBJECT,
  )
  .meta({ id: "SplitRequest" });
export const deviceBody = z
  .object(
    {
      anonymousId: anonymousId.describe("The device."),
      userId: userId
        .optional()
        .describe("One of the person's user ids. Without it: all of them that were identified on the device."),
    },
    OBJECT,
  )
  .meta({ id: "DeviceRequest" });

const flag = z.stringbool({ truthy: ["1", "true"], falsy: ["0", "false"], case: "sensitive", error: "Either 1 or 0." });
export const eraseQuery = z.object({
  dryRun: flag.default(false).describe("1: only count; nothing is erased, and the receipt proves nothing."),
  suppress: flag.default(false).describe("1: also drop what these ids send later, for ever."),
});

const time = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC, milliseconds.");
const text = z.string().nullable();
const count = z.int().min(0);
const by = text.describe("client:<id> or member:<id>; null: a message of your server on the wire.");

export const stretch = z
  .object({
    from: time.nullable().describe("null: from the beginning."),
    to: time.nullable().describe("Not included. null: until further notice."),
    owner: z
      .enum(["person", "other", "nobody", "erased"])
      .describe("person: this one. other: somebody else. erased: somebody erased; the place stays shut."),
    ref: text.describe("u:<user id> whose log-ins made it theirs; null for nobody and the erased."),
    identifiedFrom: time.nullable(),
    identifiedUntil: time.nullable(),
    events: count.describe("Active anonymous events in it."),
    firstSeen: time.nullable(),
    lastSeen: time.nullable(),
  })
  .meta({
    id: "Stretch",
    description: "A half-open stretch of a device's time line. The stretches of a device tile it.",
  });

export const reason = z
  .object({
    type: z.enum(["sent", "anonymous", "contended", "identified", "aliased", "detached"]),
    text: z.string().describe("The reason in words."),
    userId: z.string().optional().describe("identified, detached: the user id. aliased: the other one of the pair."),
    at: time.optional(),
    until: time.optional().describe("identified: the last time in this stretch."),
    by: by.optional(),
  })
  .meta({ id: "Reason", description: "Why an id is this person's, or why something of it no longer is." });

export const identity = z
  .object({
    kind: z.enum(["user", "device"]),
    id: z.string(),
    class: z
      .enum(["sdk", "kiosk", "cookieless"])
      .nullable()
      .describe("How a device is recognised; null for a user id."),
    firstSeen: time.nullable().describe("Of this person's part, as are lastSeen and events."),
    lastSeen: time.nullable(),
    events: count,
    reasons: z.array(reason),
    spans: z.array(stretch).describe("The whole device, whoever owns which stretch; none for a user id."),
  })
  .meta({ id: "Identity", description: "One id a person is known by, and why." });

export const link = z
  .object({ userIds: z.array(z.string()).length(2), on: z.boolean(), at: time, by })
  .meta({ id: "Link", description: "The newest word on whether two user ids are one person." });

export const identityList = z.object({ data: z.array(identity), links: z.array(link) }).meta({
  id: "IdentityList",
  description: "User ids first, then devices, the one seen last first; at most 500 devices.",
});

export const people = z.object({ data: z.array(profile) }).meta({
  id: "People",
  description:
    "Everybody the request was about, as they are now; one when they are one person. Empty for a write key, which may not read.",
});

export const receipt = z
  .object({
    jobId: z.guid().nullable(),
    dryRun: z.boolean(),
    finished: z
      .boolean()
      .describe("Nobody sees anything of the person any more either way; true: the rows are gone too."),
    erasedAt: time,
    userIds: count,
    devices: count,
    sharedDevices: count.describe("Of those, devices others have a part of: their parts stay."),
    events: count,
    sessions: count,
    suppressed: z.boolean(),
    digest: text.describe(
      "HMAC-SHA256 over the receipt under a key of the project that never leaves it; null for a dry run.",
    ),
  })
  .meta({ id: "Receipt", description: "Proof of an erasure. It holds no id of the person." });
