import {
  asConsent,
  asFields,
  basicAuthorization,
  credentialsIn,
  type Dialect,
  type Fields,
  firstFound,
  groupId,
  idText,
  isObject,
  keyInItems,
  mergeOf,
  nonEmptyText,
  pickFields,
  SCRIPT_GENERATED,
  type Translation,
  translateEach,
  type WireMessage,
} from "@/lib/ingest/dialects/dialect";
import {
  companiesIn,
  companyKey,
  groupProperties,
  isMixpanelLibraryProperty,
  plainTraits,
} from "@/lib/ingest/dialects/mixpanel-properties";
import { MessageFault } from "@/lib/ingest/values/message-fault";

/**
 * Mixpanel: mixpanel-browser (forms to `/track/`, `/engage/`, `/groups/`) and mixpanel for Node (GET with `data`,
 * `/import` with the secret). The token is in every item; a request is for one project. See docs/wire.md W17.
 */
export const mixpanel: Dialect = {
  credentials({ endpoint, headers, body }) {
    const token = keyInItems(itemsOf(body), (item) => item.$token ?? asFields(item.properties).token);
    // Imports send the project's secret as the user name of Basic authentication.
    return credentialsIn(token, endpoint === "import" ? basicAuthorization(headers).user : null);
  },

  translate({ endpoint, query, body }, isTrusted) {
    const items = itemsOf(body);
    const sentAt = query.get("_") ?? "";
    const read =
      endpoint === "engage"
        ? (item: Fields) => engage(item, isTrusted, sentAt !== "")
        : endpoint === "groups"
          ? describeGroup
          : (item: Fields) => track(item, isTrusted);
    return {
      translations: translateEach(items, read),
      sentAt: /^\d{12,14}$/.test(sentAt) ? Number(sentAt) : undefined,
      isImport: endpoint === "import",
      fromServer: sentAt === "" && !CLIENT_LIBRARY.test(nonEmptyText(firstFound(items, libraryOf)) ?? ""),
    };
  },

  answer({ endpoint, query }, { messages, parsed }) {
    if (endpoint === "import" && query.get("strict") === "1") {
      const imported = messages.length - parsed.rejections.length;
      return { status: 200, body: { code: 200, status: "OK", num_records_imported: imported } };
    }
    if (query.get("verbose") === "1") return { status: 200, body: { status: 1, error: null } };
    return { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: "1" };
  },

  /** The Node library shows `error` to the developer if it is verbose, and otherwise the whole body. */
  refusal: (answer) => ({ ...answer, body: { status: 0, error: asFields(asFields(answer.body).error).message } }),
};

const itemsOf = (body: unknown): unknown[] => (Array.isArray(body) ? body : [body]);

/** Mixpanel's client libraries; a request with another name, or none, comes from a server. */
const CLIENT_LIBRARY = /^(web|android|iphone|swift|react-native|flutter|unity)/;
const libraryOf = (item: Fields): string | null => nonEmptyText(asFields(item.properties).mp_lib);

const DEVICE = "$device:";
const withoutPrefix = (id: string): string => (id.startsWith(DEVICE) ? id.slice(DEVICE.length) : id);

/**
 * The user and the anonymous stream of an item. `distinct`, as sent, is one or the other. Scripts before 2.26 send no
 * device id, so their generated ids are recognised by shape.
 */
function actorOf(distinct: unknown, device: unknown, user: unknown, isScript: boolean) {
  const id = idText(distinct);
  const stream = idText(device);
  const isGenerated = isScript && stream === null && id !== null && SCRIPT_GENERATED.test(id);
  const isDevice = id !== null && (id.startsWith(DEVICE) || id === stream || isGenerated);
  return {
    user: idText(user) ?? (isDevice ? null : id) ?? undefined,
    anonymousId: (stream === null ? null : withoutPrefix(stream)) ?? (isDevice ? withoutPrefix(id) : undefined),
  };
}

const PAGE_VIEW = "$mp_web_page_view";

function track(item: Fields, isTrusted: boolean): Translation[] {
  const sent = asFields(item.properties);
  const { user, anonymousId } = actorOf(sent.distinct_id, sent.$device_id, sent.$user_id, sent.mp_lib === "web");
  const envelope = { id: sent.$insert_id, anonymousId, timestamp: sent.time };
  const name = nonEmptyText(item.event);
  if (name === "$identify") {
    const previousId = idText(sent.$anon_distinct_id ?? sent.$anon_id);
    const isUserId = previousId === null || !(previousId.startsWith(DEVICE) || anonymousId === undefined);
    const stream = isUserId ? anonymousId : withoutPrefix(previousId);
    const profileId = idText(sent.$identified_id) ?? user;
    return [
      { message: { ...envelope, anonymousId: stream, type: "identify", payload: { profileId } } satisfies WireMessage },
    ];
  }
  if (name === "$create_alias") {
    if (user === undefined)
      return mergeOf({ name, user: sent.alias, other: anonymousId, isAnonymous: true }, envelope, isTrusted);
    const isAnonymous = anonymousId === undefined ? null : false;
    return mergeOf({ name, user, other: sent.alias, isAnonymous }, envelope, isTrusted);
  }
  if (name === "$merge") {
    const ids = (Array.isArray(sent.$distinct_ids) ? sent.$distinct_ids : []).map(idText);
    const device = ids.find((id) => id?.startsWith(DEVICE));
    const [first, second] = ids.filter((id) => id !== device);
    const isAnonymous = device !== undefined;
    const other = isAnonymous ? withoutPrefix(device ?? "") : second;
    return mergeOf({ name, user: first, other, isAnonymous }, { ...envelope, anonymousId: undefined }, isTrusted);
  }
  const page = {
    __path: sent.$current_url ?? sent.current_url_path,
    __title: sent.current_page_title,
    __referrer: sent.$referrer,
    __ip: sent.ip ?? sent.$ip,
  };
  const properties = { ...pickFields(sent, (key) => !isMixpanelLibraryProperty(key)), ...page };
  const named = asConsent(name === PAGE_VIEW ? "screen_view" : item.event, properties);
  const payload = { ...named, profileId: user, groups: companiesIn(sent) };
  return [{ message: { ...envelope, type: "track", payload } satisfies WireMessage }];
}

/** `/engage`: a person's properties. An item holds one or more operations. */
function engage(item: Fields, isTrusted: boolean, isScript: boolean): Translation[] {
  const { user, anonymousId } = actorOf(item.$distinct_id, item.$device_id, item.$user_id, isScript);
  if (item.$delete !== undefined) return [erasure(item, user, isTrusted)];
  const envelope = { anonymousId, timestamp: item.$time };
  const translation = (type: string, payload: Fields): Translation => ({
    message: { ...envelope, type, payload: { profileId: user, ...payload } } satisfies WireMessage,
  });
  const translations: Translation[] = [];
  const set = plainTraits(asFields(item.$set));
  const once = plainTraits(asFields(item.$set_once));
  const unset = [item.$unset].flat().filter((key) => typeof key === "string" && key !== "") as string[];
  if (Object.keys(set).length > 0) translations.push(translation("set", { properties: set }));
  if (Object.keys(once).length > 0) translations.push(translation("set_once", { properties: once }));
  if (unset.length > 0)
    translations.push(translation("unset", { properties: Object.keys(plainTraits(nulls(unset), true)) }));
  for (const [property, value] of Object.entries(asFields(item.$add))) {
    translations.push(translation("increment", { property, value: typeof value === "string" ? Number(value) : value }));
  }
  const { $transactions: charge, ...appended } = asFields(item.$append);
  if (isObject(charge)) translations.push(revenueOf(charge, user, anonymousId));
  // Appending is a union too: our lists are sets, to be independent of the order of arrival.
  for (const [type, sent] of [
    ["union", appended],
    ["union", asFields(item.$union)],
    ["remove", asFields(item.$remove)],
  ] as const) {
    const properties = plainTraits(sent);
    if (Object.keys(properties).length > 0) translations.push(translation(type, { properties }));
  }
  return translations;
}

/** `people.delete_user`. Needs the secret, because the key alone is public. */
function erasure(item: Fields, user: string | undefined, isTrusted: boolean): Translation {
  const reject = (code: "forbidden" | "unprocessable", reason: string) => ({
    message: item,
    fault: new MessageFault(code, reason, "$delete"),
  });
  if (!isTrusted) return reject("forbidden", "Erasing somebody needs the client secret: send it from your server.");
  if (user === undefined) return reject("unprocessable", "Only a user can be erased here. Erase a device in the app.");
  return { message: item, erases: user };
}

/** `people.track_charge`, which Mixpanel keeps as a list: revenue in cents. */
function revenueOf(charge: Fields, profileId: string | undefined, anonymousId: string | undefined): Translation {
  const { $amount: amount, $time: timestamp } = charge;
  const __revenue = typeof amount === "number" ? Math.round(amount * 100) : amount;
  const properties = { ...pickFields(charge, (key) => key !== "$amount" && key !== "$time"), __revenue };
  const payload = { name: "revenue", profileId, properties };
  return { message: { type: "track", anonymousId, timestamp, payload } satisfies WireMessage };
}

const nulls = (keys: string[]): Fields => Object.fromEntries(keys.map((key) => [key, null]));

/** `/groups`: a company's properties. */
function describeGroup(item: Fields): Translation[] {
  const { $group_key: type, $group_id: key } = item;
  const unsupported = ["$delete", "$append", "$union", "$remove", "$add"].find((name) => item[name] !== undefined);
  if (unsupported !== undefined) {
    const reason = `${unsupported} of a company is not supported: nothing was changed.`;
    return [{ message: item, fault: new MessageFault("unprocessable", reason, unsupported) }];
  }
  const set = { ...asFields(item.$set_once), ...asFields(item.$set) };
  const { name, properties } = groupProperties(set, [item.$unset].flat());
  const kind = companyKey(type);
  return [{ message: { type: "group", payload: { id: groupId(kind, key), type: kind, name, properties } } }];
}
