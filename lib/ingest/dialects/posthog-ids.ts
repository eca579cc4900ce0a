import { isUuid } from "@/lib/ids";
import { asFields, type Fields, idText, nonEmptyText, SCRIPT_GENERATED } from "@/lib/ingest/dialects/dialect";

/** The user and the anonymous stream of a PostHog event. `distinct` is its distinct_id. */
export type Actor = { user: string | undefined; anonymousId: string | undefined; distinct: string | null };

/** The sentinel id of browsers without storage; the visitor is then recognised from the request. */
const COOKIELESS = "$posthog_cookieless";

/** An id as sent; null for the sentinel, in any field. */
export const posthogId = (value: unknown): string | null => {
  const id = idText(value);
  return id === COOKIELESS ? null : id;
};

/** Server libraries, by their names. */
const SERVER_LIBRARY = /^posthog-(node|python|ruby|go|php|java$|server|dotnet|elixir|rust|edge)/;

/** null if the item does not say. */
export const isServerLibrary = (item: Fields): boolean | null => {
  const { $is_server, $lib } = asFields(item.properties);
  if ($is_server === true) return true;
  const library = nonEmptyText($lib) ?? nonEmptyText(item.library);
  return library === null ? null : SERVER_LIBRARY.test(library);
};

/** Ids that PostHog's libraries generate for a visitor. */
const isGenerated = (id: string): boolean => isUuid(id) || SCRIPT_GENERATED.test(id);

/**
 * Whether the id is anonymous; each version signals it differently. Newer ones send `$is_identified`. Earlier
 * posthog-js sent `$user_id` between identify and reset, and otherwise used its device's id. The core of
 * posthog-js-lite and of the mobile libraries sent nothing until 4.0, so generated ids are recognised by shape. A
 * server's id is a user's, unless it is a generated id without a person, as posthog-node sends when capturing without
 * an id.
 */
function isAnonymous(distinct: string | null, device: string | null, item: Fields, properties: Fields): boolean {
  const { $is_identified: identified, $process_person_profile: hasProfile, $user_id } = properties;
  if (item.event === "$identify") return distinct === null;
  if (typeof identified === "boolean") return !identified;
  if (distinct === null) return true;
  if (isServerLibrary(item)) return hasProfile === false && isGenerated(distinct);
  if (idText($user_id) !== null) return false;
  const isFromSite = nonEmptyText(properties.$lib) !== null;
  return hasProfile === false || distinct === device || (isFromSite && isGenerated(distinct));
}

export function actorOf(item: Fields): Actor {
  const properties = asFields(item.properties);
  const distinct = posthogId(item.distinct_id ?? properties.distinct_id);
  const device = posthogId(properties.$device_id);
  if (!isAnonymous(distinct, device, item, properties)) {
    return { user: distinct ?? undefined, anonymousId: device ?? undefined, distinct };
  }
  const stream = isSilentOnReset(properties) ? (device ?? distinct) : (distinct ?? device);
  return { user: undefined, anonymousId: stream ?? undefined, distinct };
}

/**
 * posthog-js before 1.43 generates a new id on `reset` but never sends an `$identify` from it, so it would stay
 * anonymous for ever. The device id does not change: the next user is seen on that.
 */
function isSilentOnReset({ $lib, $lib_version }: Fields): boolean {
  const minor = /^1\.(\d{1,4})\./.exec(nonEmptyText($lib_version) ?? "")?.[1];
  return $lib === "web" && minor !== undefined && Number(minor) < 43;
}

/**
 * Whether later events of the newly identified user `distinct` will look anonymous: their id is a UUID, like generated
 * ones, and this version of the library does not say whether somebody is identified. The stream with that id must then
 * become the user's too.
 */
export function looksAnonymousLater(distinct: string, properties: Fields): boolean {
  if (!isGenerated(distinct) || typeof properties.$is_identified === "boolean" || idText(properties.$user_id) !== null)
    return false;
  const major = /^(\d{1,3})\./.exec(nonEmptyText(properties.$lib_version) ?? "")?.[1];
  const sendsIdentified = /^(js|posthog-react-native)$/.test(nonEmptyText(properties.$lib) ?? "") && Number(major) >= 4;
  return nonEmptyText(properties.$lib) !== null && !sendsIdentified;
}

/** posthog-node and similar libraries send a group's properties as those of a person `$company_acme`. */
export const isNobody = (distinct: string | null, { $group_type, $group_key }: Fields): boolean =>
  distinct !== null && distinct === `$${nonEmptyText($group_type) ?? ""}_${idText($group_key) ?? ""}`;
