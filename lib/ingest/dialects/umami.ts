import type { HeaderMap } from "@/lib/http/header-map";
import {
  asFields,
  bearer,
  credentialsIn,
  type Dialect,
  type Fields,
  isObject,
  keyInItems,
  nonEmptyText,
  pickFields,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";

/**
 * Umami: its tracker and @umami/node (`/api/send`, `/api/batch`). `payload.website` is the key. The visitor is
 * recognised from the request, as in Umami; `identify` lasts for one page. See docs/wire.md W18.
 */
export const umami: Dialect = {
  credentials({ headers, body }) {
    const website = keyInItems(itemsOf(body), (item) => asFields(item.payload).website);
    return credentialsIn(website, bearer(headers));
  },

  translate({ headers, body }) {
    return {
      translations: translateEach(itemsOf(body), translate),
      fromServer: /^Mozilla\/5\.0 (Umami|Node)\//.test(String(headers["user-agent"] ?? "")),
    };
  },

  answer({ endpoint, headers, body }, { outcomes, refused, isBot }) {
    if (isBot) return { status: 200, body: { beep: "boop" } };
    // A message that is not activity has no session: the page keeps its current one.
    const [knownSession = "", knownVisit = ""] = readCache(headers);
    const sessionId = outcomes.find((outcome) => outcome.deviceId !== null)?.deviceId ?? knownSession;
    const visitId = outcomes.find((outcome) => outcome.sessionId !== null)?.sessionId ?? knownVisit;
    // The tracker sends it back with each further request of the page; without it, it starts a new visit.
    const cache = Buffer.from(`${sessionId}.${visitId}`).toString("base64url");
    if (endpoint !== "batch") return { status: 200, body: { cache, sessionId, visitId } };
    const size = itemsOf(body).length;
    const details = [...refused].map(([index, error]) => ({ index, response: { error } }));
    return {
      status: 200,
      body: { size, processed: size - details.length, errors: details.length, details, cache },
    };
  },
};

const readCache = (headers: HeaderMap): string[] =>
  Buffer.from(String(headers["x-umami-cache"] ?? "").slice(0, 200), "base64url")
    .toString("utf8")
    .split(".");

const itemsOf = (body: unknown): unknown[] => (Array.isArray(body) ? body : [body]);

const VITALS = new Set(["lcp", "inp", "cls", "fcp", "ttfb"]);

function translate(item: Fields): Translation[] {
  const payload = asFields(item.payload);
  const { id, data, name, tag, timestamp } = payload;
  const translation = (type: string, what: Fields, passive?: boolean): Translation[] => {
    const message = { type, timestamp, payload: { profileId: id, ...what } };
    return [{ message: (passive ? { ...message, passive } : message) satisfies WireMessage }];
  };
  if (item.type === "identify") {
    const traits = asFields(data);
    // @umami/node has a single argument, so the id is in the data.
    const user = id ?? traits.id;
    if ((user ?? null) !== null) {
      return translation("identify", { profileId: user, properties: pickFields(traits, (key) => key !== "id") });
    }
    return Object.keys(traits).length > 0 ? translation("set", { properties: traits }) : [];
  }
  if (item.type !== "event" && item.type !== "performance") {
    const type = nonEmptyText(item.type);
    return [{ message: { ...item, type: type === null ? item.type : `umami ${type}` } }];
  }
  const page = {
    __path: pageOf(payload),
    __title: payload.title,
    __referrer: payload.referrer,
    __ip: payload.ip,
    __userAgent: payload.userAgent,
  };
  const tagged = nonEmptyText(tag) === null ? {} : { tag };
  if (item.type === "performance") {
    return translation(
      "track",
      { name: "performance", properties: { ...pickFields(payload, (key) => VITALS.has(key)), ...page } },
      true,
    );
  }
  const properties = { ...(isObject(data) ? data : {}), ...tagged, ...page };
  return translation("track", { name: nonEmptyText(name) === null ? "screen_view" : name, properties });
}

/** The tracker sends a path, or the whole URL if the page's host is not the one it was loaded from. */
function pageOf({ url, hostname }: Fields): unknown {
  const host = nonEmptyText(hostname);
  return typeof url === "string" && url.startsWith("/") && host !== null ? `https://${host}${url}` : url;
}
