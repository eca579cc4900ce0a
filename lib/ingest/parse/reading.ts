import { createHmac, timingSafeEqual } from "node:crypto";
import type { Operation, StreamClass } from "@/lib/events/operation";
import { readTime } from "@/lib/format/read-time";
import { newId, toUuid } from "@/lib/ids";
import type { MessagePage, PageMemo } from "@/lib/ingest/enrich/context";
import type { Visitor } from "@/lib/ingest/enrich/visitor";
import type { Envelope } from "@/lib/ingest/parse/schemas";
import { correctedTime, type DeviceClocks, type SendOrder, type SentTime } from "@/lib/ingest/parse/time";
import type { PrivacySignal } from "@/lib/ingest/privacy/refusal";
import { applyRules, maskText, privacyRulesOf } from "@/lib/ingest/privacy/rules";
import { type CleanedId, cleanId, cleanText } from "@/lib/ingest/values/clean";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import type { JsonObject } from "@/lib/json";
import type { ProjectSettings } from "@/lib/projects/settings";

/** What the parser needs to know about a request's sender. */
export type Sender = {
  settings: ProjectSettings;
  /** The request has the client secret: it is the customer's own server. */
  trusted: boolean;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** The Origin header, null when there is none. */
  origin: string | null;
  /** The person behind the request; null if a server sends for itself. */
  visitor: Visitor | null;
  /** The browser's privacy signal, if it applies: then only objections are stored. */
  objection?: PrivacySignal | null;
  /** The stream of a visitor without an id, under today's salt. */
  derive: (visitor: Visitor) => string;
  /** The sender is an OpenPanel SDK, whose `alias` has no effect and must not be rejected. */
  ignoresAlias?: boolean;
  /**
   * Fields of the batch: when the device sent it, and whether it is historical. A message's own values take precedence.
   */
  sentAt?: unknown;
  isImport?: boolean;
  /** Estimates of devices' clocks; the process's own unless a test passes others. */
  clocks?: DeviceClocks;
  /** The last message of each device and user; the process's own unless a test passes others. */
  order?: SendOrder;
};

/** A message being read: its envelope, sender and request's pages, and the warnings so far. */
export type MessageReading = {
  envelope: Envelope;
  sender: Sender;
  visitor: Visitor | null;
  pages: PageMemo;
  warnings: string[];
};

/** SDKs that fail to generate ids send this: all their messages would be duplicates. */
const NIL_UUID = "00000000-0000-0000-0000-000000000000";

/** The message's UUID: as sent, or hashed from another id that was sent (so that retries still match), or a new one. */
export function messageId({ envelope, sender }: MessageReading): string {
  const id = cleanText(String(envelope.id ?? "")).trim();
  if (id === "" || id === NIL_UUID) return newId();
  return toUuid(id, sender.settings.id);
}

const blockedSets = new WeakMap<ProjectSettings, ReadonlySet<string>>();

function blockedOf(settings: ProjectSettings): ReadonlySet<string> {
  let blocked = blockedSets.get(settings);
  if (!blocked) {
    blocked = new Set(settings.blockedIds.map((id) => id.trim().toLowerCase()));
    blockedSets.set(settings, blocked);
  }
  return blocked;
}

/**
 * An id after hygiene (docs/identity.md R1), or null, with a warning unless none was sent. `what` names it in the
 * warning.
 */
export function readId(reading: MessageReading, value: unknown, what?: string): string | null {
  const { id, warning } = cleanId(value, blockedOf(reading.sender.settings), what);
  if (warning !== null) reading.warnings.push(warning);
  return id;
}

/** A user id from outside a message, after hygiene, with the reason if there is none. */
export const cleanUserId = (settings: ProjectSettings, value: unknown): CleanedId =>
  cleanId(value, blockedOf(settings));

/**
 * The user id after hygiene. If the project requires signatures (docs/identity.md R17), the message must carry `hash`,
 * the hex HMAC-SHA256(identify secret, user id), unless the request has the client secret: the customer's server could
 * sign anything.
 */
function userOf(reading: MessageReading, value: unknown, hash: unknown): string | null {
  const id = readId(reading, value);
  const { settings, trusted } = reading.sender;
  if (id === null || trusted || !settings.requireSignedIdentify) return id;
  const proof = hash ?? reading.envelope.hash;
  if (isSigned(settings.identifySecret, id, proof) || isSigned(settings.identifySecret, String(value), proof))
    return id;
  reading.warnings.push("unsigned user id ignored: this project requires a valid hash");
  return null;
}

function isSigned(secret: string, user: string, hash: unknown): boolean {
  if (typeof hash !== "string" || !/^[0-9a-f]{64}$/i.test(hash)) return false;
  return timingSafeEqual(createHmac("sha256", secret).update(user).digest(), Buffer.from(hash, "hex"));
}

/**
 * The stream of a message: the id its device sent, else one derived from the visitor's request, else none (a server
 * sending for itself). A cookieless project ignores ids from browsers, as it stores nothing on devices; an id from the
 * customer's server is one that we returned earlier.
 */
function streamOf(reading: MessageReading, deviceId?: unknown): { anon: string | null; streamClass: StreamClass } {
  const { envelope, sender, visitor } = reading;
  const cookieless = sender.settings.recognition === "cookieless";
  if (!cookieless || sender.trusted) {
    const anon = readId(reading, envelope.anonymousId, "anonymous id") ?? readId(reading, deviceId, "device id");
    if (anon !== null) {
      const kiosk = envelope.kiosk ?? sender.settings.kiosk;
      return { anon, streamClass: cookieless ? "cookieless" : kiosk ? "kiosk" : "sdk" };
    }
  }
  return { anon: visitor ? sender.derive(visitor) : null, streamClass: "cookieless" };
}

/** The SDK's session id, as a UUID; null lets the engine assign one. Cookieless projects store none on devices. */
function sessionOf(reading: MessageReading): string | null {
  const { settings, trusted } = reading.sender;
  if (settings.recognition === "cookieless" && !trusted) return null;
  const id = readId(reading, reading.envelope.sessionId, "session id");
  return id === null ? null : toUuid(id, settings.id);
}

type Parts = {
  kind: Operation["kind"];
  name: string;
  /** The user id as sent, and its signature. */
  userId: unknown;
  hash?: unknown;
  /** A device id in the payload, for messages without one in the envelope. */
  deviceId?: unknown;
  /** Overrides the device's or the visitor's stream. */
  stream?: { anon: null; streamClass: StreamClass };
  active: boolean;
  properties: JsonObject;
  page?: MessagePage;
  /** Times in the payload, for messages without one in the envelope. */
  times?: readonly SentTime[];
};

const NO_PAGE: MessagePage = {};

/** An operation with the fields that all kinds share; the page's query parameters become the property __query. */
export function operationOf(reading: MessageReading, parts: Parts): Operation {
  const { envelope, sender, visitor, pages, warnings } = reading;
  const user = userOf(reading, parts.userId, parts.hash);
  const stream = parts.stream ?? streamOf(reading, parts.deviceId);
  const ts = correctedTime(
    [{ value: envelope.timestamp, field: "timestamp" }, ...(parts.times ?? [])],
    {
      receivedAt: sender.receivedAt,
      sentAt: readTime(envelope.sentAt ?? sender.sentAt),
      stream: stream.anon === null ? null : `${sender.settings.id}/${stream.anon}`,
      clocks: sender.clocks,
      maxLatenessDays: sender.settings.maxLatenessDays,
      isImport: sender.trusted && (envelope.import ?? sender.isImport) === true,
    },
    warnings,
  );
  const rules = privacyRulesOf(sender.settings.privacy);
  const { context, query } = pages.contextOf(parts.page ?? NO_PAGE, visitor, warnings);
  if (query) parts.properties.__query = query;
  const isEvent = parts.kind === "event";
  applyRules(parts.properties, isEvent, rules, warnings);
  return {
    id: messageId(reading),
    ts,
    receivedAt: sender.receivedAt,
    kind: parts.kind,
    name: isEvent ? maskText(parts.name, "event's name", rules, warnings) : parts.name,
    user,
    anon: stream.anon,
    streamClass: stream.streamClass,
    sessionId: sessionOf(reading),
    claim: envelope.claim !== false,
    active: parts.active && envelope.passive !== true,
    context,
    revenue: null,
    groups: [],
    properties: parts.properties,
    changes: [],
    alias: null,
    warnings,
  };
}

/** Groups one message may name. */
const GROUPS_MAX = 50;

/** Group ids after the same hygiene as any id; invalid ones are left out with a warning. */
export function readGroups(reading: MessageReading, values: readonly unknown[] | null | undefined): string[] {
  if (!values || values.length === 0) return [];
  if (values.length > GROUPS_MAX) {
    throw new MessageFault("unprocessable", `More than ${GROUPS_MAX} groups.`, "payload.groups");
  }
  const ids = values.map((value) => readId(reading, value, "group id")).filter((id) => id !== null);
  return [...new Set(ids)];
}
