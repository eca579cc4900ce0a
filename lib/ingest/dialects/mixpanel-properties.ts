import { type Fields, idText, isCompany, pickFields } from "@/lib/ingest/dialects/dialect";

/** Properties that Mixpanel's libraries add to every event and that are redundant or meaningless here. */
const LIBRARY_PROPERTIES = new Set(
  `token distinct_id time ip $device_id $user_id $insert_id $identified_id $anon_id $anon_distinct_id
   $distinct_ids $ip $import $current_url $referrer $referring_domain $os $browser $browser_version $device
   $screen_height $screen_width $screen_dpi mp_lib $lib_version mp_sent_by_lib_version mp_processing_time_ms
   mp_country_code mp_api_endpoint $mp_api_endpoint mp_keyword $search_engine $had_persisted_distinct_id
   $mp_autocapture $initial_referrer $initial_referring_domain current_page_title current_domain current_url_path
   current_url_protocol current_url_search $mp_replay_id $is_reidentify`.split(/\s+/),
);

export const isMixpanelLibraryProperty = (key: string): boolean => LIBRARY_PROPERTIES.has(key);

/** Mixpanel's reserved traits, by our names for them. */
const TRAITS: Record<string, string> = {
  $email: "email",
  $name: "name",
  $first_name: "firstName",
  $last_name: "lastName",
  $avatar: "avatar",
  $phone: "phone",
  $created: "created",
};

/** Traits under our names. Drops those the library adds ($os, $browser …), and nulls unless `withNulls`. */
export function plainTraits(sent: Fields, withNulls = false): Fields {
  const out: Fields = {};
  for (const [key, value] of Object.entries(withNulls ? sent : pickFields(sent, () => true))) {
    const known = Object.hasOwn(TRAITS, key) ? TRAITS[key] : undefined;
    if (known !== undefined) out[known] = value;
    else if (!key.startsWith("$"))
      Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return out;
}

/** A company's name and its other properties; those named in `unset` become null. */
export function groupProperties(set: Fields, unset: readonly unknown[]): { name: unknown; properties: Fields } {
  const { name, ...properties } = plainTraits(set);
  const removed = unset.filter((key) => typeof key === "string" && key !== "") as string[];
  return { name, properties: { ...properties, ...Object.fromEntries(removed.map((key) => [key, null])) } };
}

/** A group key without its usual ending: "company_id" → "company". */
export const companyKey = (key: unknown): unknown => (typeof key === "string" ? key.replace(/_?(id|key)$/i, "") : key);

/**
 * The companies of an event. In Mixpanel any property can be a group key, chosen in its project settings; here those
 * named after a company are (company_id, account_id, organization …), if they hold an id or `set_group`'s list of ids.
 */
export function companiesIn(sent: Fields): unknown[] {
  return Object.entries(sent).flatMap(([key, value]) => {
    const kind = companyKey(key);
    if (kind === "" || !isCompany(kind) || (kind === key && !Array.isArray(value))) return [];
    return [value].flat().filter((id) => idText(id) !== null);
  });
}
