import type { Operation } from "@/lib/events/operation";
import { toUuid } from "@/lib/ids";
import { visitorOf } from "@/lib/ingest/enrich/visitor";
import { plainAddress } from "@/lib/ingest/http/address";
import { cleanProperties, MessageFault } from "@/lib/ingest/parse/clean";
import { groupsOf, operationOf, type Reading } from "@/lib/ingest/parse/reading";
import { type PayloadOf, readPayload } from "@/lib/ingest/parse/schemas";
import { changesOf, readTraits } from "@/lib/ingest/parse/traits";
import { MessageRefused } from "@/lib/ingest/privacy/refusal";
import { rulesOf } from "@/lib/ingest/privacy/rules";
import type { JsonObject } from "@/lib/json";

/**
 * Properties of a track that describe the message (OpenPanel's, __userAgent and __campaign); none is stored under its
 * own name.
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
export function parseTrack(reading: Reading): Operation[] {
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
  const rule = rulesOf(reading.sender.settings.privacy).notStored(payload.name, track.context.path);
  if (rule !== null) throw new MessageRefused("not_stored", `'${rule}' is on the project's do-not-store list`);
  track.revenue = readRevenue(sent.__revenue, properties, reading.warnings);
  track.groups = groupsOf(reading, payload.groups);
  if (!identify) return [track];

  // The track already counts as activity, so its identify does not.
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
function forwardedVisitor(reading: Reading, sent: Record<string, unknown>): Reading["visitor"] {
  const ip = typeof sent.__ip === "string" ? plainAddress(sent.__ip) : null;
  if (ip === null) return reading.visitor;
  return visitorOf(ip, typeof sent.__userAgent === "string" ? sent.__userAgent : (reading.visitor?.userAgent ?? null));
}

/** Minor units (cents), a non-negative integer; any other value is kept as a plain property. */
function readRevenue(value: unknown, properties: JsonObject, warnings: string[]): number | null {
  if (value === undefined || value === null) return null;
  const amount = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0) return amount;
  warnings.push("__revenue is no whole number of minor units: kept as a plain property");
  Object.assign(properties, cleanProperties({ __revenue: value }, "payload.properties"));
  return null;
}

/** An identify: the owner of the stream, and the user's traits. `raw` is the payload; `field` names it in faults. */
export function parseIdentify(
  reading: Reading,
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
  operation.changes = changesOf(traits, "set", field);
  return operation;
}
