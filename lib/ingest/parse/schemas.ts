import { z } from "zod";
import { SENT_BY_SDKS } from "@/lib/ingest/privacy/refusal";
import { cleanText } from "@/lib/ingest/values/clean";
import { EVENT_NAME_MAX_LENGTH } from "@/lib/ingest/values/limits";
import { MessageFault } from "@/lib/ingest/values/message-fault";

/**
 * The messages of docs/wire.md as zod schemas, one per type; selected by type, as a union would try them all. They drop
 * unknown keys. Ids stay `unknown`: `cleanId` decides what is one (docs/identity.md R1), and a bad id must not reject
 * its message.
 */

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Optional; validated by the parser of its message type. */
const anything = z.unknown().optional();

/** Any object: `cleanProperties` cleans and limits it later, in the one pass that copies it. */
const looseObject = z.custom<Record<string, unknown>>(isObject, { error: "Expected an object." });
const properties = looseObject.nullish();
const flag = z.boolean({ error: "Expected a boolean." }).nullish();
const name = z
  .string({ error: "Expected a string." })
  .transform(cleanText)
  .pipe(
    z
      .string()
      .max(EVENT_NAME_MAX_LENGTH, `More than ${EVENT_NAME_MAX_LENGTH} characters.`)
      .refine((text) => text.trim() !== "", "Must not be empty."),
  );

const envelope = z.object({
  type: z.string({ error: "Expected a string: track, identify, …" }),
  id: z.union([z.string(), z.number()], { error: "Expected a string, ideally a UUID." }).nullish(),
  anonymousId: anything,
  sessionId: anything,
  timestamp: anything,
  sentAt: anything,
  claim: flag,
  kiosk: flag,
  passive: flag,
  import: flag,
  hash: anything,
  payload: looseObject,
});

export type Envelope = z.infer<typeof envelope>;

const groups = z.array(z.unknown(), { error: "Expected a list of ids." }).nullish();
const delta = z.number({ error: "Expected a number." }).nullish();
const path = name;

/** The payload of each type. Other keys of an `identify` are traits, read from the raw payload. */
const payloads = {
  track: z.object({
    name,
    profileId: anything,
    groups,
    properties,
    timestamp: anything,
    hash: anything,
  }),
  identify: z.object({ profileId: anything, properties, hash: anything }),
  set: z.object({
    profileId: anything,
    properties,
    property: path.nullish(),
    value: anything,
    hash: anything,
  }),
  unset: z.object({
    profileId: anything,
    property: path.nullish(),
    properties: z.union([z.array(path), looseObject], { error: "Expected a list of property names." }).nullish(),
    hash: anything,
  }),
  list: z.object({ profileId: anything, properties: looseObject, hash: anything }),
  increment: z.object({ profileId: anything, property: path, value: delta, hash: anything }),
  alias: z.object({ profileId: anything, alias: anything }),
  group: z.object({ id: anything, type: anything, name: anything, profileId: anything, properties }),
  assign_group: z.object({ groupIds: groups, groupId: anything, profileId: anything }),
  replay: z.object({ sessionId: anything }),
  refused: z.object({ reason: z.enum(SENT_BY_SDKS, `Expected one of ${SENT_BY_SDKS.join(", ")}.`) }),
} as const;

type Payloads = { [Kind in keyof typeof payloads]: z.infer<(typeof payloads)[Kind]> };
export type PayloadOf<Kind extends keyof Payloads> = Payloads[Kind];

/** Reads a message's envelope; throws a MessageFault that names the error. */
export const readEnvelope = (raw: unknown): Envelope => read(envelope, raw, "");

/** Reads a payload as `kind`; throws a MessageFault that names the error. */
export const readPayload = <Kind extends keyof Payloads>(kind: Kind, raw: unknown): Payloads[Kind] =>
  read(payloads[kind] as unknown as z.ZodType<Payloads[Kind]>, raw, "payload");

function read<T>(schema: z.ZodType<T>, raw: unknown, prefix: string): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = [prefix, ...(issue?.path ?? [])].filter((part) => part !== "").join(".");
  // A value that is too long has the right shape; any other issue is about the shape.
  const code = issue?.code === "too_big" ? "unprocessable" : "bad_request";
  throw new MessageFault(code, issue?.message ?? "This message cannot be read.", field === "" ? undefined : field);
}
