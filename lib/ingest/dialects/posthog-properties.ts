/**
 * The sixty or so properties that PostHog's libraries add to every event and that are redundant here or say nothing
 * about what happened. Everything else is kept, including what later versions add.
 */
const LIBRARY_PROPERTIES = new Set(
  `token distinct_id $current_url $host $pathname $referrer $referring_domain $raw_user_agent
   $useragent $user_agent $set $set_once $unset $groups $insert_id $time $device_id $device_type
   $session_id $window_id $pageview_id $user_id $anon_distinct_id $is_identified
   $process_person_profile $is_server $geoip_disable $ip $timezone $timezone_offset $cookieless_mode
   $recording_status $config_defaults $initialization_time $configured_session_timeout_ms
   $last_posthog_reset $ce_version $elements $exception_list $active_feature_flags
   $had_persisted_distinct_id $is_sampled $user_state $screen_name $python_runtime $python_version
   $app_build $app_namespace $is_emulator $is_testflight $locale $search_engine $used_bootstrap_value
   $feature_flag_payloads`.split(/\s+/),
);
const PREFIXES =
  /^\$(lib|os|browser|device|screen|viewport|session_entry|sdk_|prev_pageview|replay_|session_recording|initial_|network_|geoip_|feature_flag_(?!response))|_server_side$/;

export const isPosthogLibraryProperty = (key: string): boolean =>
  LIBRARY_PROPERTIES.has(key) || (key.startsWith("$") && PREFIXES.test(key));

/** Events that the library captures without the visitor doing anything: not activity. */
const PASSIVE = new Set(["$feature_flag_called", "$web_vitals", "$performance_event", "$exception", "$csp_violation"]);

export const isPassive = (name: string): boolean => PASSIVE.has(name);
