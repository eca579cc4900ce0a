import { parseJson } from "@/lib/http/body";
import {
  asFields,
  bearer,
  credentialsIn,
  type Dialect,
  type Fields,
  idText,
  nonEmptyText,
  pickFields,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";

/**
 * Rybbit: its script and its server libraries (`/api/track`, `/api/identify`). `site_id` is the key; servers send the
 * secret as Bearer, as they do Rybbit's API key. See docs/wire.md W19.
 */
export const rybbit: Dialect = {
  credentials({ headers, body }) {
    const { site_id, api_key } = asFields(body);
    return credentialsIn(site_id, bearer(headers) ?? nonEmptyText(api_key));
  },

  translate({ endpoint, body }) {
    return { translations: translateEach([body], endpoint === "identify" ? identify : track) };
  },

  answer: () => ({ status: 200, body: { success: true } }),
};

/** "/api/site/tracking-config/<site>": turns on the features whose events we store, and no others. */
export const rybbitConfig = (): IngestAnswer => ({
  status: 200,
  body: {
    trackInitialPageView: true,
    trackSpaNavigation: true,
    trackUrlParams: true,
    trackOutbound: true,
    webVitals: false,
    trackErrors: false,
    sessionReplay: false,
    trackButtonClicks: false,
    trackCopy: false,
    trackFormInteractions: false,
    featureFlagsEnabled: false,
  },
});

/** "/api/site/<site>/feature-flags/evaluate" and replays: there are no flags, and replays are discarded. */
export const rybbitFlags = (): IngestAnswer => ({ status: 200, body: { featureFlagsEnabled: false, flags: {} } });
export const rybbitDiscard = (): IngestAnswer => ({ status: 200, body: { success: true } });

const VITALS = new Set(["lcp", "inp", "cls", "fcp", "ttfb"]);

function track(sent: Fields): Translation[] {
  const kind = nonEmptyText(sent.type) ?? "";
  const properties = readProperties(sent.properties);
  const vitals = kind === "performance" ? pickFields(sent, (key) => VITALS.has(key)) : {};
  const name =
    kind === "pageview"
      ? "screen_view"
      : kind === "outbound"
        ? "link_out"
        : kind === "custom_event"
          ? sent.event_name
          : (nonEmptyText(sent.event_name) ?? kind);
  const page = {
    __path: pageOf(sent),
    __title: sent.page_title,
    __referrer: sent.referrer,
    __ip: sent.ip_address,
    __userAgent: sent.user_agent,
  };
  const tagged = nonEmptyText(sent.tag) === null ? {} : { tag: sent.tag };
  const message: WireMessage = {
    type: "track",
    anonymousId: sent.anonymous_id,
    timestamp: sent.timestamp,
    payload: {
      name,
      profileId: idText(sent.user_id) ?? undefined,
      properties: { ...properties, ...vitals, ...tagged, ...page },
    },
  };
  return [{ message: kind === "performance" || kind === "error" ? { ...message, passive: true } : message }];
}

function identify(sent: Fields): Translation[] {
  const { user_id: profileId, traits } = sent;
  return [
    {
      message: {
        type: "identify",
        anonymousId: sent.anonymous_id,
        payload: { profileId, properties: asFields(traits) },
      } satisfies WireMessage,
    },
  ];
}

/** The script sends properties as JSON text. */
function readProperties(value: unknown): Fields {
  if (typeof value !== "string") return asFields(value);
  try {
    return asFields(parseJson(value));
  } catch {
    return { properties: value };
  }
}

function pageOf({ hostname, pathname, querystring }: Fields): string | undefined {
  const path = nonEmptyText(pathname);
  const host = nonEmptyText(hostname);
  if (path === null) return undefined;
  const query = nonEmptyText(querystring) ?? "";
  const whole = `${path}${query === "" || query.startsWith("?") ? query : `?${query}`}`;
  return host === null || !path.startsWith("/") ? whole : `https://${host}${whole}`;
}
