import { z } from "zod";
import { FILE_FORMATS } from "./person-file";
import { eventSchema, profileSchema, sessionSchema } from "./schemas";

/** The API's schemas for what is stored about a person. As in schemas.ts: one source for routes and document. */

export const exportQuerySchema = z.object({
  format: z
    .enum(FILE_FORMATS, "Either json or zip.")
    .default("json")
    .describe("zip: data.json, and the same as a page to read (readable.html)."),
});

const time = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC, milliseconds.");
const count = z.int().min(0);

export const personFileSchema = z
  .object({
    exportedAt: time,
    profile: profileSchema,
    identities: z.array(
      z.object({
        kind: z.enum(["user", "device"]),
        id: z.string(),
        firstSeen: time.nullable(),
        lastSeen: time.nullable(),
        events: count,
      }),
    ),
    accounts: z.array(z.string()),
    notes: z.array(z.object({ author: z.string().nullable(), body: z.string(), createdAt: time })),
    consents: z
      .array(
        z.object({
          granted: z.boolean(),
          version: z.string().nullable(),
          purposes: z.array(z.string()),
          timestamp: time,
        }),
      )
      .describe("The latest decisions, newest first, 20 at most; all of them are among the events."),
    lookedAtBy: z
      .array(z.object({ who: z.string(), did: z.string(), times: count, lastAt: time }))
      .describe("From the access log: who viewed, exported or changed the person."),
    retention: z.object({
      days: count.describe("How long events are kept; 0: until they are erased."),
      byEvent: z.array(z.string()).describe("Exceptions, as name: days."),
    }),
    sessions: z.array(sessionSchema).describe("All of them, newest first."),
    events: z.array(eventSchema.extend({ kind: z.string() })).describe("All of them, newest first."),
  })
  .meta({ id: "PersonFile", description: "Everything stored about a person." });

const MAX_REFS = 1_000;
const OBJECT = "The body must be a JSON object.";

export const erasuresBodySchema = z
  .object(
    {
      refs: z
        .array(z.string("A ref: u:<user id> or a:<anonymous id>.").max(1_010), "A list of refs.")
        .min(1, "At least one ref.")
        .max(MAX_REFS, `At most ${MAX_REFS} refs.`)
        .describe("Whom to erase, by any of their ids: u:<user id> or a:<anonymous id>, not percent-encoded."),
      suppress: z.boolean().default(false).describe("Also drop anything these ids send later, for ever."),
      dryRun: z.boolean().default(false).describe("Erase nobody; only report which people the refs belong to."),
      id: z
        .guid("A UUID.")
        .optional()
        .describe("Your id of this erasure, a UUID: a request that is repeated with it erases nobody twice."),
    },
    OBJECT,
  )
  .meta({ id: "ErasuresRequest" });

const erasure = z.object({
  id: z.guid(),
  state: z.enum(["running", "finished", "stopped"]),
  requestedAt: time,
  finishedAt: time.nullable(),
  suppress: z.boolean(),
  total: count.describe("People to erase; several refs of one person count once."),
  erased: count.describe("Those with a receipt."),
  waiting: count,
  failed: count.describe("Those who could not be erased. A member can start it again."),
});

export const bulkErasureSchema = erasure.meta({
  id: "BulkErasure",
  description: "An erasure of many people, one by one in the background, and its progress.",
});

export const erasuresSchema = z
  .object({
    erasure: erasure.nullable().describe("null for a dry run."),
    people: count.describe("How many people the refs are of."),
    data: z.array(
      z.object({
        ref: z.string(),
        state: z.enum(["queued", "erased", "unknown"]).describe("erased: before this request."),
        erasedAt: time.nullable(),
      }),
    ),
  })
  .meta({
    id: "Erasures",
    description: "The outcome for each ref, in the order of the request; empty for a write key.",
  });
