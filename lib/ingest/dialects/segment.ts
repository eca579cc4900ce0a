import { CONSENT } from "@/lib/events/consent";
import {
  asFields,
  basicAuthorization,
  credentialsIn,
  type Dialect,
  type DialectRequest,
  derivedId,
  type Fields,
  firstFound,
  isObject,
  mergeOf,
  nonEmptyText,
  pickFields,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";
import { firstTime } from "@/lib/ingest/parse/time";

/**
 * Segment: @segment/analytics-next (`/v1/t`, `/v1/b` …), @segment/analytics-node (`/v1/batch`) and the libraries of
 * other languages (`/v1/track` …). The write key is the Basic user name, or `writeKey` in the body. See docs/wire.md
 * W16.
 */
export const segment: Dialect = {
  credentials({ headers, body }) {
    const { user, password } = basicAuthorization(headers);
    return credentialsIn(user ?? asFields(body).writeKey, password);
  },

  translate({ endpoint, body }, isTrusted) {
    const envelope = asFields(body);
    const isBatch = endpoint === "batch" || endpoint === "import" || Array.isArray(envelope.batch);
    const calls: unknown[] = isBatch ? (Array.isArray(envelope.batch) ? envelope.batch : [envelope.batch]) : [body];
    return {
      translations: translateEach(calls, (call) => translate(call, nonEmptyText(call.type) ?? endpoint, isTrusted)),
      sentAt: envelope.sentAt,
      isImport: endpoint === "import",
      fromServer: SERVER_LIBRARY.test(nonEmptyText(firstFound(calls, libraryOf)) ?? ""),
    };
  },

  answer: () => ({ status: 200, body: { success: true } }),
};

/** The one-letter paths of the browser library, and the long ones. */
export const SEGMENT_CALLS: Record<string, string> = {
  t: "track",
  i: "identify",
  p: "page",
  s: "screen",
  g: "group",
  a: "alias",
  b: "batch",
  track: "track",
  identify: "identify",
  page: "page",
  screen: "screen",
  group: "group",
  alias: "alias",
  batch: "batch",
  import: "import",
};

/** "/v1/projects/<write key>/settings": tells analytics.js where to send; it does not start without it. */
export function segmentSettings({ path, headers }: DialectRequest): IngestAnswer {
  const writeKey = decode(path.split("/")[3] ?? "");
  const host = nonEmptyText(headers["x-forwarded-host"]) ?? nonEmptyText(headers.host) ?? "localhost";
  const protocol = String(headers["x-forwarded-proto"] ?? "").startsWith("https") ? "https" : "http";
  return {
    status: 200,
    body: {
      integrations: { "Segment.io": { apiKey: writeKey, apiHost: `${host}/v1`, protocol, addBundledMetadata: true } },
      plan: { track: { __default: { enabled: true } }, identify: { __default: { enabled: true } } },
      edgeFunction: {},
      analyticsNextEnabled: true,
      metrics: { sampleRate: 0 },
      remotePlugins: [],
    },
  };
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

const SERVER_LIBRARY = /^(@segment\/)?analytics-(node|python|ruby|php|java$|go|rust|csharp|dotnet|net)/i;
const libraryOf = (call: Fields): string | null => nonEmptyText(asFields(asFields(call.context).library).name);

/** Properties of a page call that are stored as path, title and referrer instead. */
const PAGE_FIELDS = new Set(["path", "referrer", "search", "title", "url"]);

function translate(call: Fields, kind: string, isTrusted: boolean): Translation[] {
  const { userId, anonymousId, messageId } = call;
  const context = asFields(call.context);
  const envelope = {
    id: messageId,
    anonymousId,
    timestamp: firstTime(call.timestamp, call.originalTimestamp),
    sentAt: call.sentAt,
  };
  const translation = (type: string, payload: Fields, part?: string): Translation => {
    const id = part === undefined ? messageId : derivedId(messageId, part);
    return { message: { ...envelope, id, type, payload } satisfies WireMessage };
  };
  const sent = asFields(call.properties);
  const track = (name: unknown, properties: Fields): Translation => {
    const page = { ...asFields(context.page), ...(kind === "page" ? sent : {}) };
    const campaign = isObject(context.campaign) ? { __campaign: context.campaign } : {};
    const visitor = { __ip: context.ip, __userAgent: context.userAgent, ...campaign };
    const screen = kind === "screen" ? call.name : undefined;
    const place = { __path: page.url ?? page.path ?? screen, __title: page.title ?? screen, __referrer: page.referrer };
    const groups = nonEmptyText(context.groupId) === null ? undefined : [context.groupId];
    return translation("track", {
      name,
      profileId: userId,
      groups,
      properties: { ...properties, ...place, ...visitor },
    });
  };
  switch (kind) {
    case "track":
      return CONSENT_EVENT.test(nonEmptyText(call.event) ?? "")
        ? [track(CONSENT, { ...sent, ...consentIn(context) })]
        : [track(call.event, sent)];
    case "page":
      return [track("screen_view", { ...pickFields(sent, (key) => !PAGE_FIELDS.has(key)), ...named(call) })];
    case "screen":
      return [track("screen_view", { ...sent, ...named(call) })];
    case "identify":
      return (userId ?? null) !== null
        ? [translation("identify", { profileId: userId, properties: asFields(call.traits) })]
        : Object.keys(asFields(call.traits)).length > 0
          ? [translation("set", { properties: asFields(call.traits) })]
          : [];
    case "group": {
      const { groupId: id } = call;
      const traits = asFields(call.traits);
      const { name, type } = traits;
      const properties = pickFields(traits, (key) => key !== "name" && key !== "type");
      const described = translation("group", { id, type: nonEmptyText(type) ?? "company", name, properties }, "group");
      const assigned = translation("assign_group", { groupIds: [id], profileId: userId });
      return Object.keys(traits).length > 0 ? [assigned, described] : [assigned];
    }
    case "alias": {
      const { previousId } = call;
      const isAnonymous = previousId === anonymousId ? true : (anonymousId ?? null) === null ? null : false;
      return mergeOf({ name: "alias", user: userId, other: previousId, isAnonymous }, envelope, isTrusted);
    }
    default:
      return [translation(`segment ${kind}`, {})];
  }
}

/** The event of Segment's consent tools, by its names in all versions. */
const CONSENT_EVENT = /^Segment Consent Preference( Updated)?$/;

/** Granted if any category is; {} (no decision) without categories. */
function consentIn({ consent }: Fields): Fields {
  const categories = Object.entries(asFields(asFields(consent).categoryPreferences));
  const purposes = categories.filter(([, isOn]) => isOn === true).map(([name]) => name);
  return categories.length === 0 ? {} : { granted: purposes.length > 0, purposes };
}

const named = ({ name, category }: Fields): Fields => pickFields({ name, category }, () => true);
