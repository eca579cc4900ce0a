import { readTime } from "@/lib/format/read-time";
import { parseJson } from "@/lib/http/body";
import {
  asConsent,
  asFields,
  bearer,
  credentialsIn,
  type Dialect,
  type DialectRequest,
  derivedId,
  type Fields,
  firstFound,
  groupId,
  idText,
  keyInItems,
  mergeOf,
  nonEmptyText,
  pickFields,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";
import { actorOf, isNobody, isServerLibrary, looksAnonymousLater, posthogId } from "@/lib/ingest/dialects/posthog-ids";
import { isPassive, isPosthogLibraryProperty } from "@/lib/ingest/dialects/posthog-properties";
import { firstTime } from "@/lib/ingest/parse/time";

/**
 * PostHog: posthog-js (`/e/`, `/i/v0/e/`), posthog-node and the libraries of other languages (`/batch/`, `/capture/`,
 * and `/i/v1/analytics/events`). The token is in the body, or a Bearer's. See docs/wire.md W14, W15.
 */
export const posthog: Dialect = {
  credentials({ headers, body }) {
    const envelope = asFields(body);
    const token =
      nonEmptyText(envelope.api_key) ??
      nonEmptyText(envelope.token) ??
      keyInItems(itemsOf(body), tokenOf) ??
      bearer(headers);
    return credentialsIn(token);
  },

  translate(request, isTrusted) {
    const envelope = asFields(request.body);
    const sentAt = envelope.sent_at ?? envelope.created_at ?? queryTime(request);
    const items = itemsOf(request.body);
    return {
      translations: translateEach(items, (item) => translate(item, sentMs(sentAt, request), isTrusted)),
      sentAt,
      isImport: envelope.historical_migration === true,
      fromServer: firstFound(items, isServerLibrary) === true,
    };
  },

  answer({ endpoint }, { messages, parsed }) {
    if (endpoint !== "v1") return { status: 200, body: { status: 1 } };
    const rejected = new Map(parsed.rejections.map(({ index, message }) => [index, message]));
    const results: Fields = Object.create(null) as Fields;
    messages.forEach((message, index) => {
      const id = idText(asFields(message).id);
      const details = rejected.get(index);
      if (id !== null) results[id] = details === undefined ? { result: "ok" } : { result: "drop", details };
    });
    return { status: 200, body: { results } };
  },
};

/** `{ batch: [ … ] }`, a list, a single event, or any of them as a string in `data`. */
function itemsOf(body: unknown, depth = 0): unknown[] {
  if (Array.isArray(body)) return body;
  const { batch, data, event } = asFields(body);
  if (Array.isArray(batch)) return batch;
  if (event === undefined && typeof data === "string" && depth === 0) return itemsOf(parseData(data), 1);
  if (event === undefined && Array.isArray(data)) return data;
  return [body];
}

function parseData(data: string): unknown {
  try {
    return parseJson(/^\s*[[{]/.test(data) ? data : Buffer.from(data, "base64").toString("utf8"));
  } catch {
    return null;
  }
}

const tokenOf = (item: Fields): string | null =>
  nonEmptyText(item.token) ?? nonEmptyText(item.api_key) ?? nonEmptyText(asFields(item.properties).token);

/** Older versions put the time of sending into the query, in milliseconds. */
const queryTime = ({ query }: DialectRequest): number | undefined =>
  /^\d{12,14}$/.test(query.get("_") ?? "") ? Number(query.get("_")) : undefined;

const sentMs = (sentAt: unknown, { receivedAt }: DialectRequest): number => readTime(sentAt) || receivedAt;

/** Items that are not events of a person. */
const isIgnored = (name: string): boolean => name.startsWith("$$") || name === "$snapshot";

function translate(item: Fields, sentAt: number, isTrusted: boolean): Translation[] {
  const name = nonEmptyText(item.event) ?? "";
  if (isIgnored(name)) return [];
  const sent = asFields(item.properties);
  const { user, anonymousId, distinct } = actorOf(item);
  const id = item.uuid ?? sent.$insert_id;
  const offset = typeof item.offset === "number" && Number.isFinite(item.offset) ? item.offset : null;
  const envelope = {
    id,
    anonymousId,
    sessionId: sent.$session_id ?? item.session_id,
    timestamp: firstTime(item.timestamp, offset === null ? undefined : sentAt - offset),
  };
  const passive = isPassive(name) ? { passive: true } : {};
  const translation = (type: string, payload: Fields, part?: string): Translation => {
    const message = { ...envelope, ...passive, id: part === undefined ? id : derivedId(id, part), type, payload };
    return { message: message satisfies WireMessage };
  };
  // Without person processing, a user's event is theirs but does not change their properties.
  const changesPerson = user === undefined || sent.$process_person_profile !== false;
  const traits = pickFields({ ...asFields(sent.$set), ...asFields(item.$set) }, (key) => !key.startsWith("$"));
  const first = pickFields({ ...asFields(sent.$set_once), ...asFields(item.$set_once) }, (key) => !key.startsWith("$"));
  const unset = [item.$unset ?? sent.$unset].flat().filter((key) => nonEmptyText(key) !== null);
  const changes: Translation[] = !changesPerson
    ? []
    : [
        ...(Object.keys(first).length > 0
          ? [translation("set_once", { profileId: user, properties: first }, "set_once")]
          : []),
        ...(unset.length > 0 ? [translation("unset", { profileId: user, properties: unset }, "unset")] : []),
      ];
  if (name === "$identify") {
    const previousId = posthogId(sent.$anon_distinct_id);
    const identify = { ...envelope, anonymousId: previousId ?? anonymousId, type: "identify" };
    const identified: Translation[] = [{ message: { ...identify, payload: { profileId: user, properties: traits } } }];
    if (user !== undefined && previousId !== user && looksAnonymousLater(user, sent)) {
      const own = { ...envelope, id: derivedId(id, "own"), anonymousId: user, passive: true };
      identified.push({ message: { ...own, type: "identify", payload: { profileId: user } } satisfies WireMessage });
    }
    return [...identified, ...changes];
  }
  if (changesPerson && Object.keys(traits).length > 0)
    changes.unshift(translation("set", { profileId: user, properties: traits }, "set"));
  switch (name) {
    case "$set":
      return changes;
    case "$create_alias":
    case "$merge_dangerously": {
      const other = posthogId(sent.alias ?? item.alias);
      // Before a login the current id is anonymous, and `alias` is the user.
      if (user === undefined)
        return mergeOf({ name, user: other, other: distinct, isAnonymous: true }, envelope, isTrusted);
      const isDevice = anonymousId === undefined ? null : other === anonymousId;
      return mergeOf({ name, user, other, isAnonymous: isDevice }, envelope, isTrusted);
    }
    case "$groupidentify": {
      const { $group_type: type, $group_key: key } = sent;
      const { name: title, ...properties } = asFields(sent.$group_set);
      const group = { id: groupId(type, key), type, name: title, properties };
      if (!isNobody(distinct, sent)) return [translation("group", { ...group, profileId: user }), ...changes];
      return [{ message: { id, timestamp: envelope.timestamp, type: "group", payload: group } satisfies WireMessage }];
    }
  }
  const groups = Object.entries(asFields(sent.$groups)).flatMap(([type, key]) => groupId(type, key) ?? []);
  const isView = name === "$pageview" || name === "$screen";
  const page = {
    __path: sent.$current_url ?? sent.$pathname ?? (isView ? sent.$screen_name : undefined),
    __title: isView ? (sent.title ?? sent.$screen_name) : undefined,
    __referrer: sent.$referrer,
    __ip: sent.$ip,
    __userAgent: sent.$raw_user_agent ?? sent.$useragent,
  };
  const own = pickFields(sent, (key) => !isPosthogLibraryProperty(key) && !(isView && key === "title"));
  const properties = { ...own, ...exceptionOf(sent), ...page };
  const named = asConsent(isView ? "screen_view" : item.event, properties);
  const track = translation("track", { ...named, profileId: user, groups });
  return [track, ...changes];
}

/** A caught exception's type and message, without the stack, which exceeds the limits of an event. */
function exceptionOf({ $exception_list }: Fields): Fields {
  const first = asFields(Array.isArray($exception_list) ? $exception_list[0] : null);
  return pickFields(
    { $exception_type: first.type, $exception_message: first.value },
    () => $exception_list !== undefined,
  );
}
