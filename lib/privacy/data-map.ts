import type { SettingValues } from "@/lib/projects/setting-list";
import type { DataKind } from "./data-kind";
import { INSTANCE_KINDS } from "./data-map-instance";

const days = (n: number): string => `${n} ${n === 1 ? "day" : "days"}`;

const untilRetention = ({ retentionDays, eventRetention }: SettingValues): string => {
  const all =
    retentionDays === 0 ? "Until the person is erased" : `${days(retentionDays)}, or until the person is erased`;
  return eventRetention.length === 0 ? all : `${all}; by name: ${eventRetention.join(", ")}`;
};
const untilErased = () => "Until the person is erased";
const withProject = () => "Until the project is deleted";

const HIDDEN = {
  nobody: "Every member of the project",
  viewers: "Every member; names and addresses are hidden from viewers",
  editors: "Every member; names and addresses are hidden from viewers and editors",
};
const members = ({ namesHiddenFrom }: SettingValues): string =>
  HIDDEN[namesHiddenFrom as keyof typeof HIDDEN] ?? HIDDEN.nobody;
const admins = () => "Owners and admins";
const everyMember = () => "Every member of the project";

/**
 * Every kind of stored data, for the page that shows it. data-map.test.ts fails for a table without a kind: add its
 * description here.
 */
export const DATA_MAP: readonly DataKind[] = [
  {
    title: "Events",
    holds:
      "What people did: name, time, page, referrer, properties; country and city, kind of device, browser and system by name. Consent they gave or withdrew. No IP address, no full user agent.",
    about: "tracked people",
    personal: true,
    from: "SDKs in pages and apps, and your servers",
    retention: untilRetention,
    seenBy: members,
    tables: ["events"],
    perProject: true,
    period: ["person_days", "day"],
    path: "events",
  },
  {
    title: "Visits",
    holds: "Events that belong together: start, end, first and last page, place and device.",
    about: "tracked people",
    personal: true,
    from: "Computed from events",
    retention: untilRetention,
    seenBy: members,
    tables: ["sessions"],
    perProject: true,
    period: ["sessions", "started_at"],
    path: "sessions",
  },
  {
    title: "Ids and devices",
    holds:
      "User ids you send, random or daily ids of devices, which device belonged to whom and when, and which ids are one person.",
    about: "tracked people",
    personal: true,
    from: "SDKs and your servers; corrections by members",
    retention: untilErased,
    seenBy: members,
    tables: ["identities", "spans", "alias_edges", "detached"],
    perProject: true,
  },
  {
    title: "People and their properties",
    holds: "Name, e-mail address, picture's address and whatever else you send about a person, with its history.",
    about: "tracked people",
    personal: true,
    from: "identify and set, in pages and from your servers",
    retention: untilErased,
    seenBy: members,
    tables: ["profiles", "profile_stats", "prop_ops"],
    perProject: true,
    path: "users",
  },
  {
    title: "Computed about people",
    holds:
      "First and last seen, counts, active days, habits, lifecycle state, risk of leaving, consent, membership of segments; how often each event, page and source occurred on a day.",
    about: "tracked people",
    personal: true,
    from: "Computed from events and properties",
    retention: untilRetention,
    seenBy: members,
    tables: [
      "profile_facts",
      "profile_values",
      "person_events",
      "person_days",
      "person_states",
      "person_risk",
      "risk_outcomes",
      "segment_members",
      "alert_people",
      "alert_users",
      "day_counts",
    ],
    perProject: true,
    path: "users",
  },
  {
    title: "Companies",
    holds: "Accounts with name and properties, who belongs to them, and how that is known.",
    about: "their companies",
    personal: true,
    from: "group calls, properties and e-mail domains; corrections by members",
    retention: () => "Until the account is erased; memberships until the person is",
    seenBy: members,
    tables: ["accounts", "account_members", "account_left", "account_kept", "account_aliases", "account_changes"],
    perProject: true,
    path: "accounts",
  },
  {
    title: "Computed about companies",
    holds: "Activity of each account and of its people: sums, trends, health, states, risk.",
    about: "their companies",
    personal: true,
    from: "Computed from events and memberships",
    retention: untilRetention,
    seenBy: members,
    tables: [
      "account_people",
      "account_events",
      "account_days",
      "account_weeks",
      "account_names",
      "account_facts",
      "account_values",
      "account_states",
      "account_risk",
      "alert_accounts",
    ],
    perProject: true,
    path: "accounts",
  },
  {
    title: "Notes",
    holds: "What members wrote about people and accounts.",
    about: "tracked people",
    personal: true,
    from: "Members",
    retention: () => "Until it is deleted, or the person or account erased",
    seenBy: everyMember,
    tables: ["notes", "account_notes"],
    perProject: true,
  },
  {
    title: "Segments and alerts",
    holds: "Saved rules (may contain values) and sent alert messages (people by internal id).",
    about: "tracked people",
    personal: true,
    from: "Members; alerts' messages from events",
    retention: () => "Until they are deleted; an erased person's address becomes [erased]",
    seenBy: everyMember,
    tables: ["segments", "alerts", "alert_firings", "alert_deliveries"],
    perProject: true,
    path: "segments",
  },
  {
    title: "Erasures",
    holds: "Receipts without a name, and one-way hashes of erased ids, so that late events are dropped.",
    about: "tracked people",
    personal: false,
    from: "Erasures",
    retention: withProject,
    seenBy: everyMember,
    tables: ["erased_ids", "erase_jobs", "erase_lanes", "bulk_erasures", "bulk_erasure_people"],
    perProject: true,
    path: "erasures",
  },
  {
    title: "Access log",
    holds:
      "Which member or key viewed, searched, exported, changed or erased what, and when; people by internal number.",
    about: "your members",
    personal: true,
    from: "Members and API keys",
    retention: ({ accessLogDays }) => days(accessLogDays),
    seenBy: admins,
    tables: ["access_log"],
    perProject: true,
    period: ["access_log", "at"],
  },
  {
    title: "Counts",
    holds:
      "What was refused by day and reason, events by day, how many people a segment has, who changed state: only numbers.",
    about: "numbers",
    personal: false,
    from: "Computed",
    retention: withProject,
    seenBy: everyMember,
    tables: [
      "refusals",
      "received_days",
      "moved_usage",
      "project_usage",
      "segment_sizes",
      "lifecycle_moves",
      "active_gaps",
      "active_quarters",
      "active_counted",
    ],
    perProject: true,
    period: ["refusals", "day"],
  },
  {
    title: "Settings of the project",
    holds:
      "Its rules, keys (only a hash of each secret), features, names of events and properties, members' layouts. The own team's list may name people.",
    about: "numbers",
    personal: true,
    from: "Members; names of events from SDKs",
    retention: withProject,
    seenBy: everyMember,
    tables: [
      "clients",
      "project_roles",
      "member_views",
      "event_displays",
      "features",
      "pinned_properties",
      "project_names",
      "lifecycle_rules",
      "account_columns",
      "sorted_columns",
    ],
    perProject: true,
    path: "settings",
  },
  {
    title: "Work in progress",
    holds: "What background jobs still have to do, and the model that risk is computed with.",
    about: "numbers",
    personal: false,
    from: "Background jobs",
    retention: () => "Until the work is done",
    seenBy: () => "Nobody: the server only",
    tables: [
      "account_stale",
      "account_sources",
      "account_work",
      "sign_up_sweeps",
      "retention_runs",
      "retention_sessions",
      "risk_models",
      "set_aside",
    ],
    perProject: true,
  },
  ...INSTANCE_KINDS,
];
