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
