import type { Operation } from "@/lib/events/operation";
import { plainAddress } from "@/lib/http/network";
import { toUuid } from "@/lib/ids";
import type { PageMemo } from "@/lib/ingest/enrich/context";
import { visitorOf } from "@/lib/ingest/enrich/visitor";
import { type MessageReading, operationOf, readGroups, readId, type Sender } from "@/lib/ingest/parse/reading";
import { type PayloadOf, readEnvelope, readPayload } from "@/lib/ingest/parse/schemas";
import { readTraits, toPropertyChanges } from "@/lib/ingest/parse/traits";
import { isStoredDespiteSignals, MessageRefused } from "@/lib/ingest/privacy/refusal";
import { privacyRulesOf } from "@/lib/ingest/privacy/rules";
import { cleanProperties } from "@/lib/ingest/values/clean";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import type { Json, JsonObject } from "@/lib/json";

/**
 * Parses a message into operations: usually one, two for a track that contains an identify, none for a replay, which is
 * accepted and ignored. Throws MessageFault for a rejected one. `pages`: the request's.
 */
export function parseMessage(raw: unknown, sender: Sender, pages: PageMemo): Operation[] {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    throw new MessageFault("bad_request", "A message is an object with type and payload.");
  }
  const envelope = readEnvelope(raw);
  if (sender.objection && !isStoredDespiteSignals(envelope)) throw new MessageRefused(sender.objection);
  const reading: MessageReading = { envelope, sender, visitor: sender.visitor, pages, warnings: [] };
  switch (envelope.type) {
    case "track":
      return parseTrack(reading);
    case "identify":
      return [parseIdentify(reading, envelope.payload, "payload")];
    case "set":
    case "set_once":
      return [parseSet(reading, envelope.type)];
    case "unset":
      return [parseUnset(reading)];
    case "increment":
    case "decrement":
      return [parseIncrement(reading, envelope.type)];
    case "union":
    case "remove":
      return [parseList(reading, envelope.type)];
    case "alias":
    case "unalias":
      if (sender.ignoresAlias && !sender.trusted) return [];
      return [parseAlias(reading, envelope.type)];
    case "group":
      return [parseGroup(reading)];
    case "assign_group":
      return [parseAssignGroup(reading)];
    case "replay":
      return [];
    case "refused":
      throw new MessageRefused(readPayload("refused", envelope.payload).reason);
    default:
      throw new MessageFault("bad_request", `Unknown type '${envelope.type.slice(0, 40)}'.`, "type");
  }
}

/**
 * Properties of a track that describe the message (OpenPanel's, __userAgent and __campaign), not stored under these
 * names.
 */
const RESERVED = new Set([
  "__path",
  "__referrer",
  "__title",
  "__timestamp",
  "__deviceId",
  "__ip",
  "__userAgent",
  "__revenue",
  "__identify",
  "__query",
  "__campaign",
]);
const isReserved = (key: string): boolean => RESERVED.has(key);

/** Names reserved for the server. */
const RESERVED_NAMES = new Set(["session_start", "session_end"]);

/** An event, and the identify it may contain. */
function parseTrack(reading: MessageReading): Operation[] {
  const payload = readPayload("track", reading.envelope.payload);
  if (RESERVED_NAMES.has(payload.name)) {
    throw new MessageFault("bad_request", `The name ${payload.name} is reserved.`, "payload.name");
  }
  const sent: Record<string, unknown> = payload.properties ?? {};
  const identify = readIdentify(sent.__identify);
  if (reading.sender.trusted) reading.visitor = forwardedVisitor(reading, sent);

  const properties = cleanProperties(sent, "payload.properties", (key) => isReserved(key) || isRepeated(key, payload));
  const track = operationOf(reading, {
    kind: "event",
    name: payload.name,
    userId: payload.profileId ?? identify?.profileId,
    hash: payload.hash ?? identify?.hash,
    deviceId: sent.__deviceId,
    active: true,
    properties,
    page: { path: sent.__path, referrer: sent.__referrer, title: sent.__title, campaign: sent.__campaign },
    times: [
      { value: payload.timestamp, field: "payload.timestamp" },
      { value: sent.__timestamp, field: "payload.properties.__timestamp" },
    ],
  });
  const rule = privacyRulesOf(reading.sender.settings.privacy).notStored(payload.name, track.context.path);
  if (rule !== null) throw new MessageRefused("not_stored", `'${rule}' is on the project's do-not-store list`);
  track.revenue = readRevenue(sent.__revenue, properties, reading.warnings);
  track.groups = readGroups(reading, payload.groups);
  if (!identify) return [track];

  // The track already counts as activity, so its identify must not.
  const warnings: string[] = [];
  const second = parseIdentify({ ...reading, warnings }, identify, "payload.properties.__identify", sent.__deviceId);
  return [
    track,
    { ...second, id: toUuid(`${track.id}/identify`, reading.sender.settings.id), ts: track.ts, active: false },
  ];
}

/** OpenPanel's SDKs before 1.3 repeat `track`'s user among the event's properties. */
const isRepeated = (key: string, { profileId, properties }: PayloadOf<"track">): boolean =>
  key === "profileId" && (profileId ?? null) !== null && properties?.profileId === profileId;

function readIdentify(value: unknown): Record<string, unknown> | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new MessageFault("bad_request", "Expected an object.", "payload.properties.__identify");
}

/** A server may name the visitor of each message: __ip and __userAgent. */
function forwardedVisitor(reading: MessageReading, sent: Record<string, unknown>): MessageReading["visitor"] {
  const ip = typeof sent.__ip === "string" ? plainAddress(sent.__ip) : null;
  if (ip === null) return reading.visitor;
  return visitorOf(ip, typeof sent.__userAgent === "string" ? sent.__userAgent : (reading.visitor?.userAgent ?? null));
}

/** Revenue in minor units (cents), a non-negative integer; any other value stays a plain property. */
function readRevenue(value: unknown, properties: JsonObject, warnings: string[]): number | null {
  if (value === undefined || value === null) return null;
  const amount = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0) return amount;
  warnings.push("__revenue is not a whole number of minor units: kept as a plain property");
  Object.assign(properties, cleanProperties({ __revenue: value }, "payload.properties"));
  return null;
}

/** An identify: evidence of the stream's user, and their traits. `raw` is the payload; `field` names it in faults. */
function parseIdentify(
  reading: MessageReading,
  raw: Record<string, unknown>,
  field: string,
  deviceId?: unknown,
): Operation {
  const payload = readPayload("identify", raw);
  const traits = readTraits(raw, field, reading.warnings);
  const operation = operationOf(reading, {
    kind: "identify",
    name: "identify",
    userId: payload.profileId,
    hash: payload.hash,
    deviceId,
    active: true,
    properties: traits,
  });
  // docs/identity.md R10: an SDK's identify is activity, a server's nightly upsert is not.
  if (operation.anon === null && reading.sender.trusted) operation.active = false;
  operation.changes = toPropertyChanges(traits, "set", field);
  return operation;
}

type Subject = { profileId?: unknown; hash?: unknown };

/** An operation that changes properties and is not activity (docs/identity.md R10). */
function propertyOperation(reading: MessageReading, payload: Subject, name: string, properties: JsonObject): Operation {
  const { profileId: userId, hash } = payload;
  return operationOf(reading, { kind: "property", name, userId, hash, active: false, properties });
}

function parseSet(reading: MessageReading, mode: "set" | "set_once"): Operation {
  const payload = readPayload("set", reading.envelope.payload);
  const sent = payload.property ? { [payload.property]: payload.value ?? null } : payload.properties;
  if (!sent) throw new MessageFault("bad_request", "Nothing to set.", "payload.properties");
  const properties = cleanProperties(sent, "payload.properties");
  const operation = propertyOperation(reading, payload, mode, properties);
  operation.changes = toPropertyChanges(properties, mode, "payload.properties");
  return operation;
}

function parseUnset(reading: MessageReading): Operation {
  const payload = readPayload("unset", reading.envelope.payload);
  const listed = Array.isArray(payload.properties) ? payload.properties : Object.keys(payload.properties ?? {});
  const keys = payload.property ? [payload.property, ...listed] : listed;
  if (keys.length === 0) throw new MessageFault("bad_request", "Nothing to unset.", "payload.properties");
  const nulls: [string, Json][] = keys.map((key) => [key, null]);
  const properties = cleanProperties(Object.fromEntries(nulls), "payload.properties");
  const operation = propertyOperation(reading, payload, "unset", properties);
  operation.changes = toPropertyChanges(properties, "set", "payload.properties");
  return operation;
}

function parseIncrement(reading: MessageReading, type: "increment" | "decrement"): Operation {
  const payload = readPayload("increment", reading.envelope.payload);
  const amount = payload.value ?? 1;
  const value = type === "increment" ? amount : -amount;
  const properties = cleanProperties({ [payload.property]: value }, "payload");
  const operation = propertyOperation(reading, payload, type, properties);
  operation.changes = Object.keys(properties).map((key) => ({ mode: "increment", key, value }));
  return operation;
}

/** Values one message may add to a list or remove from it. */
const LIST_MAX = 100;
const LIST_VALUES = "Expected a string, number or boolean, or a list of them.";

/** Adds values to lists, without duplicates, or removes them. */
function parseList(reading: MessageReading, mode: "union" | "remove"): Operation {
  const payload = readPayload("list", reading.envelope.payload);
  const properties = cleanProperties(payload.properties, "payload.properties");
  const changes = Object.entries(properties).map(([key, sent]) => {
    const field = `payload.properties.${key}`;
    const value = [...new Set([sent].flat())].filter((item) => typeof item !== "object");
    if (value.length !== new Set([sent].flat()).size) throw new MessageFault("bad_request", LIST_VALUES, field);
    if (value.length > LIST_MAX) throw new MessageFault("unprocessable", `More than ${LIST_MAX} values.`, field);
    return { mode, key, value };
  });
  const operation = propertyOperation(reading, payload, mode, properties);
  operation.changes = changes.filter(({ key, value }) => key !== "" && value.length > 0);
  return operation;
}

/** Joins two user ids into one person, or separates them. Requires the secret (docs/identity.md R17). */
function parseAlias(reading: MessageReading, type: "alias" | "unalias"): Operation {
  if (!reading.sender.trusted) {
    throw new MessageFault("forbidden", `${type} needs the client secret: send it from your server.`, "type");
  }
  const payload = readPayload("alias", reading.envelope.payload);
  const user = readId(reading, payload.profileId);
  const alias = readId(reading, payload.alias);
  if (user === null || alias === null) {
    const field = user === null ? "payload.profileId" : "payload.alias";
    throw new MessageFault("unprocessable", reading.warnings[0] ?? "An id is missing.", field);
  }
  const stream = { anon: null, streamClass: "sdk" as const };
  const parts = { kind: "alias", name: type, userId: user, stream, active: false, properties: {} } as const;
  const operation = operationOf(reading, parts);
  return { ...operation, sessionId: null, claim: false, alias };
}

function parseGroup(reading: MessageReading): Operation {
  const payload = readPayload("group", reading.envelope.payload);
  const groups = readGroups(reading, [payload.id]);
  if (groups.length === 0) throw new MessageFault("unprocessable", "A group needs an id.", "payload.id");
  const { type, name } = payload;
  return {
    ...operationOf(reading, {
      kind: "group",
      name: "group",
      userId: payload.profileId,
      active: false,
      properties: {
        ...cleanProperties({ ...(type == null ? {} : { type }), ...(name == null ? {} : { name }) }, "payload"),
        properties: cleanProperties(payload.properties ?? {}, "payload.properties"),
      },
    }),
    groups,
  };
}

function parseAssignGroup(reading: MessageReading): Operation {
  const payload = readPayload("assign_group", reading.envelope.payload);
  const groups = readGroups(reading, payload.groupIds ?? [payload.groupId]);
  const parts = { kind: "group", name: "assign_group", userId: payload.profileId, active: false } as const;
  return { ...operationOf(reading, { ...parts, properties: {} }), groups };
}
