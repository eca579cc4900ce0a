import {
  asFields,
  credentialsIn,
  type Dialect,
  derivedId,
  type Fields,
  firstFound,
  groupId,
  nonEmptyText,
  pickFields,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";
import type { IngestAnswer } from "@/lib/ingest/http/answer";
import { MessageFault } from "@/lib/ingest/values/message-fault";

/**
 * Amplitude's HTTP API v2: @amplitude/analytics-browser, @amplitude/analytics-node and the libraries of other languages
 * (`/2/httpapi`, `/batch`). `api_key` is the key. See docs/wire.md W21.
 */
export const amplitude: Dialect = {
  credentials: ({ body }) => credentialsIn(asFields(body).api_key),

  translate({ body }) {
    const items = itemsOf(body);
    const library = firstFound(items, (item) => nonEmptyText(item.library));
    return {
      translations: translateEach(items, translate),
      sentAt: asFields(body).client_upload_time,
      fromServer: library === null || SERVER_LIBRARY.test(library),
    };
  },

  answer: ({ body }) => ({ status: 200, body: { code: 200, events_ingested: itemsOf(body).length } }),

  /**
   * The SDK reads `code` in the body instead of the status. It splits the batch on 413, gives up on another 4xx that
   * names a missing field, and retries everything else.
   */
  refusal(answer): IngestAnswer {
    if (answer.status === 429 || answer.status >= 500) return answer;
    const { message, field } = asFields(asFields(answer.body).error);
    const refused = { code: answer.status, error: message };
    const body = answer.status === 413 ? refused : { ...refused, missing_field: field ?? "api_key" };
    return { ...answer, body };
  },
};

/** Server libraries; a request without a library's name was written by hand. */
const SERVER_LIBRARY = /^amplitude-(node|python|go|java)\b/;

function itemsOf(body: unknown): unknown[] {
  const { events } = asFields(body);
  return Array.isArray(events) ? events : [events];
}

/** Captured without the visitor doing anything: not activity. */
const PASSIVE = /^\[Amplitude\] (Web Vitals|Network Request|Main Thread Block)$/;

function translate(item: Fields): Translation[] {
  const { user_id: user, insert_id: id, time: timestamp, event_type: name } = item;
  // The browser library's sessions; ours follow from activity.
  if (name === "session_start" || name === "session_end") return [];
  const envelope = { id, anonymousId: item.device_id, timestamp };
  const translation = (type: string, payload: Fields, part?: string): Translation => {
    const message = { ...envelope, id: part === undefined ? id : derivedId(id, part), type };
    return { message: { ...message, payload: { profileId: user, ...payload } } satisfies WireMessage };
  };
  const groups = Object.entries(asFields(item.groups));
  if (name === "$groupidentify") return describeGroups(item, groups);
  const groupIds = groups.flatMap(([type, keys]) => [keys].flat().flatMap((key) => groupId(type, key) ?? []));
  const { set, once, unset, add, union, remove, unknown } = changesOf(item, new Set(groups.map(([type]) => type)));
  if (unknown !== undefined) return [unsupported(item, unknown)];
  const changes = [
    ...(hasAny(once) ? [translation("set_once", { properties: once }, "set_once")] : []),
    ...(unset.length > 0 ? [translation("unset", { properties: unset }, "unset")] : []),
    ...Object.entries(add).map(([property, value]) =>
      translation("increment", { property, value }, `increment ${property}`),
    ),
    ...union.flatMap((properties, n) =>
      hasAny(properties) ? [translation("union", { properties }, `union ${n}`)] : [],
    ),
    ...(hasAny(remove) ? [translation("remove", { properties: remove }, "remove")] : []),
  ];
  if (name === "$identify") {
    if (groupIds.length > 0) changes.push(translation("assign_group", { groupIds }, "groups"));
    if ((user ?? null) !== null) return [translation("identify", { properties: set }), ...changes];
    return hasAny(set) ? [translation("set", { properties: set }), ...changes] : changes;
  }
  if (hasAny(set)) changes.push(translation("set", { properties: set }, "set"));
  const sent = asFields(item.event_properties);
  const properties = { ...ownProperties(sent), ...pageOf(sent), ...visitorOf(item), ...revenueOf(sent) };
  const named = name === "[Amplitude] Page Viewed" ? "screen_view" : name;
  const track = translation("track", { name: named, groups: groupIds, properties });
  if (!PASSIVE.test(nonEmptyText(name) ?? "")) return [track, ...changes];
  return [{ message: { ...asFields(track.message), passive: true } }, ...changes];
}

/** The browser library's traits of the last and the first campaign; here visits have campaigns. */
const CAMPAIGN =
  /^(initial_)?(utm_\w+|referrer|referring_domain|(d|g|fb|tt|tw)clid|msclkid|[gw]braid|ko_click_id|li_fat_id|rdt_cid)$/;

const OPERATORS = ["$set", "$setOnce", "$unset", "$add", "$append", "$prepend", "$preInsert", "$postInsert", "$remove"];

/** An item's changes of the person's properties. `groups`: the group types, which setGroup also sends as traits. */
function changesOf({ user_properties, platform }: Fields, groups: ReadonlySet<string>) {
  const sent = asFields(user_properties);
  const isOwn = (key: string) => !groups.has(key) && !(platform === "Web" && CAMPAIGN.test(key));
  const plain = pickFields(sent, (key) => !key.startsWith("$"));
  const of = (operator: string): Fields => pickFields(asFields(sent[operator]), isOwn);
  return {
    set: { ...pickFields(plain, isOwn), ...of("$set") },
    once: of("$setOnce"),
    unset: Object.keys(of("$unset")),
    add: of("$add"),
    // Positions are lost: our lists are sets, to be independent of the order of arrival.
    union: [of("$append"), of("$prepend"), of("$preInsert"), of("$postInsert")],
    remove: of("$remove"),
    unknown: Object.keys(sent).find((key) => key.startsWith("$") && !OPERATORS.includes(key)),
  };
}

const hasAny = (properties: Fields): boolean => Object.keys(properties).length > 0;

const unsupported = (item: Fields, operator: string): Translation => ({
  message: item,
  fault: new MessageFault("unprocessable", `${operator} is not supported: nothing was changed.`, operator),
});

/** `groupIdentify`: properties of accounts; no evidence of membership. */
function describeGroups(item: Fields, groups: [type: string, key: unknown][]): Translation[] {
  const sent = asFields(item.group_properties);
  const unknown = Object.keys(sent).find((key) => !["$set", "$setOnce", "$unset"].includes(key));
  if (unknown !== undefined) return [unsupported(item, unknown)];
  const removed = Object.fromEntries(Object.keys(asFields(sent.$unset)).map((key) => [key, null]));
  const { name, ...properties } = { ...asFields(sent.$setOnce), ...asFields(sent.$set) };
  return groups.map(([type, key], n) => {
    const payload = { id: groupId(type, key), type, name, properties: { ...properties, ...removed } };
    const id = n === 0 ? item.insert_id : derivedId(item.insert_id, `group ${n}`);
    return { message: { id, timestamp: item.time, type: "group", payload } satisfies WireMessage };
  });
}

const PAGE = /^\[Amplitude\] (Page (Domain|Location|Path|Title|URL|View ID|Counter)|Previous Page \w+)$/;

/** Without the page and its campaign, which the browser library adds to every event. */
function ownProperties(sent: Fields): Fields {
  const isPage = nonEmptyText(sent["[Amplitude] Page Location"]) !== null;
  return pickFields(sent, (key) => !(isPage && (PAGE.test(key) || CAMPAIGN.test(key))));
}

const pageOf = (sent: Fields): Fields => ({
  __path: sent["[Amplitude] Page Location"],
  __title: sent["[Amplitude] Page Title"],
  __referrer: sent["[Amplitude] Previous Page Location"],
});

/** "$remote" stands for the request's own address. */
const visitorOf = ({ ip, user_agent }: Fields): Fields => ({
  __ip: ip === "$remote" ? undefined : ip,
  __userAgent: user_agent,
});

/** `revenue()`: in cents. */
function revenueOf({ $revenue, $price, $quantity = 1 }: Fields): Fields {
  const amount = typeof $revenue === "number" ? $revenue : Number($price) * Number($quantity);
  return Number.isFinite(amount) ? { __revenue: Math.round(amount * 100) } : {};
}
