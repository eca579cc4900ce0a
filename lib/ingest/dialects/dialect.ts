import { CONSENT } from "@/lib/events/consent";
import type { OperationOutcome } from "@/lib/events/operation";
import type { HeaderMap } from "@/lib/http/header-map";
import { isUuid } from "@/lib/ids";
import type { IngestAnswer } from "@/lib/ingest/http/answer";
import { faultOfMessage, type ParsedRequest } from "@/lib/ingest/parse/parse";
import { PROPERTIES_MAX } from "@/lib/ingest/values/limits";
import { MessageFault } from "@/lib/ingest/values/message-fault";
import type { Credentials } from "@/lib/projects/clients";
import type { ProjectSettings } from "@/lib/projects/settings";

/**
 * The parts of a dialect. A dialect is pure: it translates another SDK's request into messages of our own format, which
 * the one parser reads, and answers as that SDK expects (docs/wire.md W12). Nothing here throws on input from outside
 * (W11): malformed input becomes a message that the parser rejects with a reason.
 */

/** A request of another SDK, decoded. */
export type DialectRequest = {
  /** The dialect's endpoint, as named in routes.ts. */
  endpoint: string;
  /** Without the query string. */
  path: string;
  query: URLSearchParams;
  headers: HeaderMap;
  /** As parsed from JSON. */
  body: unknown;
  /** Milliseconds since 1970. */
  receivedAt: number;
};

/** A message of our own format (docs/wire.md). */
export type WireMessage = {
  type: string;
  payload: Record<string, unknown>;
  id?: unknown;
  anonymousId?: unknown;
  sessionId?: unknown;
  timestamp?: unknown;
  sentAt?: unknown;
  passive?: boolean;
};

/**
 * `warning` is stored with the operation, for debugging the integration. `fault`: why the item cannot be translated;
 * `message` is then the item as sent. `erases`: the user to erase, without storing anything. `item`: its index in the
 * request, set by `translateEach`.
 */
export type Translation = { message: unknown; warning?: string; fault?: MessageFault; erases?: string; item?: number };

export type Translated = {
  translations: Translation[];
  /** When the device sent the request, by its clock, for messages without a time of their own. */
  sentAt?: unknown;
  /** Historical data, accepted only with the secret. */
  isImport?: boolean;
  /** A server library: no visitor is behind the request. */
  fromServer?: boolean;
  /** Whether the page already has its visitor's consent, or has checked the browser's privacy signal itself. */
  isDecided?: boolean;
  /** How many messages the SDK reports as dropped since its last request. */
  dropped?: unknown;
};

export type HandledRequest = {
  messages: readonly unknown[];
  parsed: ParsedRequest;
  outcomes: readonly OperationOutcome[];
  /** Why an item was not stored, by its index in the request. */
  refused: ReadonlyMap<number, string>;
  /** The current session of the stream that `needsSessionOf` named; null if it has none. */
  session: string | null;
  isBot: boolean;
};

/** A wire format of the pipeline: a dialect or our own. */
export interface WireFormat {
  /** The error message for a body that is neither an object nor a list. */
  readonly expects?: string;
  /** Whether its responses report each message, even if none could be read. */
  readonly answersEach?: boolean;
  credentials(request: DialectRequest): Credentials;
  translate(request: DialectRequest, isTrusted: boolean): Translated;
  /** The stream (its device id) whose current session `answer` needs, as no stored message has it; null for none. */
  needsSessionOf?(request: DialectRequest, result: HandledRequest): string | null;
  /** The answer to an accepted request, even if single messages were rejected. */
  answer(request: DialectRequest, result: HandledRequest, settings: ProjectSettings): IngestAnswer;
  /** Converts the answer to a request that failed as a whole, for SDKs that cannot read our errors. */
  readonly refusal?: (answer: IngestAnswer) => IngestAnswer;
}

export interface Dialect extends WireFormat {
  answer(request: DialectRequest, result: HandledRequest): IngestAnswer;
}

export type Fields = Record<string, unknown>;

/** The value if it is an object, else {}, so that reading a field of it is safe. */
export const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const isObject = (value: unknown): value is Fields => asFields(value) === value;

export const nonEmptyText = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/**
 * An id as SDKs send it: a string or a number (not 1e999, which JSON reads as infinity). docs/identity.md R1 decides
 * what counts as an id.
 */
export const idText = (value: unknown): string | null =>
  typeof value === "number"
    ? Number.isFinite(value)
      ? String(value)
      : null
    : nonEmptyText(typeof value === "string" ? value.trim() : value);

/**
 * Visitor ids that PostHog's and Mixpanel's scripts generated before they used UUIDs
 * ("18f1…-06a0…-11543b-e1000-18f2…").
 */
export const SCRIPT_GENERATED = /^[\da-f]{8,20}-[\da-f]{6,20}-[\da-f]{4,12}-[\da-f]{3,8}-[\da-f]{8,20}$/i;

/** Messages that one item may become: one per property it may change, and a few more. */
const MESSAGES_PER_ITEM = PROPERTIES_MAX + 8;

/**
 * Translates items one by one. An item that is not an object, fails in `read`, or would become too many messages is
 * rejected at its index, without affecting its neighbours.
 */
export function translateEach(items: readonly unknown[], read: (item: Fields) => Translation[]): Translation[] {
  return items.flatMap((item, index) =>
    translateOne(item, read).map((translation) => ({ ...translation, item: index })),
  );
}

function translateOne(item: unknown, read: (item: Fields) => Translation[]): Translation[] {
  if (!isObject(item)) return [{ message: item }];
  try {
    const translations = read(item);
    if (translations.length <= MESSAGES_PER_ITEM) return translations;
    const reason = `It changes ${translations.length} things at once; at most ${MESSAGES_PER_ITEM} are allowed.`;
    return [{ message: item, fault: new MessageFault("unprocessable", reason) }];
  } catch (error) {
    return [{ message: item, fault: faultOfMessage(error) }];
  }
}

/** The first result of `read` that is not null, skipping broken items; null if there is none. */
export function firstFound<T>(items: readonly unknown[], read: (item: Fields) => T | null): T | null {
  for (const item of items) {
    const found = isObject(item) ? read(item) : null;
    if (found !== null) return found;
  }
  return null;
}

/** The key that `read` finds in the items: the first that looks like one of ours, else the first string. */
export const keyInItems = (items: readonly unknown[], read: (item: Fields) => unknown): string | null =>
  firstFound(items, (item) => ourKey(read(item))) ?? firstFound(items, (item) => nonEmptyText(read(item)));

/** A client id, or a client id, a colon and a secret. */
const ourKey = (value: unknown): string | null =>
  typeof value === "string" && isUuid(value.trim().slice(0, 36)) ? value : null;

/** The key of SDKs with a single field for it: our client id, or on servers `<client id>:<client secret>`. */
export function credentialsIn(key: unknown, secret: string | null = null): Credentials {
  const [clientId = "", inKey = ""] = typeof key === "string" ? key.trim().split(/:(.*)/s) : [];
  return { clientId: clientId === "" ? null : clientId, secret: secret ?? (inKey === "" ? null : inKey) };
}

/** User name and password of an `Authorization: Basic` header; nulls without one. */
export function basicAuthorization(headers: HeaderMap): { user: string | null; password: string | null } {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(String(headers.authorization ?? "")) ?? [];
  if (encoded === undefined) return { user: null, password: null };
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.lastIndexOf(":");
  return colon === -1
    ? { user: nonEmptyText(decoded), password: null }
    : { user: nonEmptyText(decoded.slice(0, colon)), password: nonEmptyText(decoded.slice(colon + 1)) };
}

export const bearer = (headers: HeaderMap): string | null =>
  nonEmptyText(/^Bearer (\S+)$/i.exec(String(headers.authorization ?? ""))?.[1]);

/** Group types that mean companies, our accounts: their key becomes the account's id unchanged. */
const COMPANIES = new Set(["", "company", "account", "organization", "organisation"]);

export const isCompany = (type: unknown): boolean =>
  type === undefined || type === null || (typeof type === "string" && COMPANIES.has(type.toLowerCase()));

/**
 * The account id of a group: prefixed with its type unless that means a company, so that project 7 is not company 7.
 * null if type or key is not an id.
 */
export function groupId(type: unknown, key: unknown): string | null {
  const id = idText(key);
  if (id === null || isCompany(type)) return id;
  const kind = idText(type);
  return kind === null ? null : `${kind}:${id}`;
}

/** The entries of an object that `keep` accepts; drops nulls, as SDKs send dozens for absent campaigns. */
export function pickFields(from: Fields, keep: (key: string) => boolean): Fields {
  const out: Fields = Object.create(null) as Fields;
  for (const key of Object.keys(from)) if (from[key] !== null && keep(key)) out[key] = from[key];
  return out;
}

/**
 * The event that posthog-js' opt_in_capturing() and mixpanel-browser's opt_in_tracking() send. Neither library sends
 * anything on withdrawal, and posthog-js-lite nothing at all (tests/dialects/consent.test.ts).
 */
const OPT_IN = "$opt_in";

/** An event's name and properties, renamed to ours if it is a consent. */
export const asConsent = (name: unknown, properties: Fields): { name: unknown; properties: Fields } =>
  name === OPT_IN ? { name: CONSENT, properties: { ...properties, granted: true } } : { name, properties };

/** The id of an extra message made from an item, derived from the item's so that a retry repeats it. */
export const derivedId = (id: unknown, part: string): string | undefined => {
  const whole = idText(id);
  return whole === null ? undefined : `${whole}/${part}`;
};

/**
 * Translates another SDK's call that joins two ids. If one is anonymous, it is evidence, like a log-in on that stream.
 * Joining two user ids needs the secret (docs/identity.md R17); without it the call is stored as an event with a
 * warning and has no effect. If the request does not say which (`isAnonymous` is null), the id is treated as both; the
 * wrong one has no events, so that is harmless.
 */
export function mergeOf(
  call: { name: string; user: unknown; other: unknown; isAnonymous: boolean | null },
  envelope: Partial<WireMessage>,
  isTrusted: boolean,
): Translation[] {
  const { name, user, other, isAnonymous } = call;
  if (idText(user) === idText(other)) return [];
  const { anonymousId: _, ...rest } = envelope;
  const evidence = { ...rest, type: "identify", passive: true, anonymousId: other, payload: { profileId: user } };
  const alias = { ...rest, id: derivedId(rest.id, "alias"), type: "alias", payload: { profileId: user, alias: other } };
  if (isAnonymous) return [{ message: evidence }];
  if (isTrusted) return isAnonymous === null ? [{ message: evidence }, { message: alias }] : [{ message: alias }];
  const warning = `${name} of two user ids needs the client secret: send it from your server`;
  if (isAnonymous === null) return [{ message: evidence, warning }];
  // No user id: with a device it would be evidence.
  return [
    {
      message: { ...envelope, type: "track", passive: true, payload: { name, properties: { ids: [user, other] } } },
      warning,
    },
  ];
}
